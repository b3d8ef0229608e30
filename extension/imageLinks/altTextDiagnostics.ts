import * as vscode from 'vscode';
import type { Settings } from '../settings/settings.js';
import { lacksAlt } from './imageLinks.js';
import { linkLanguages, linksIn } from './linkedPicture.js';

/** Milliseconds without a key until a document is looked at again. */
const pause = 400;

/** Marks pictures without an alternative text in documents that are open, while the setting is on. */
export class AltTextDiagnostics implements vscode.Disposable {
  private collection: vscode.DiagnosticCollection | undefined;
  private listeners: vscode.Disposable[] = [];
  private readonly waiting = new Map<vscode.TextDocument, NodeJS.Timeout>();
  private readonly subscription: vscode.Disposable;

  constructor(private readonly settings: Pick<Settings, 'current' | 'onDidChange'>) {
    this.subscription = settings.onDidChange(() => {
      this.follow();
    });
    this.follow();
  }

  dispose(): void {
    this.subscription.dispose();
    this.stop();
  }

  private follow(): void {
    const wanted = this.settings.current.altTextDiagnostics;
    if (wanted === (this.collection !== undefined)) return;
    if (wanted) this.start();
    else this.stop();
  }

  private start(): void {
    this.collection = vscode.languages.createDiagnosticCollection('lookOnce.altText');
    this.listeners = [
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.look(document);
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.lookSoon(document);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.forget(document);
        this.collection?.delete(document.uri);
      }),
    ];
    for (const document of vscode.workspace.textDocuments) this.look(document);
  }

  private stop(): void {
    for (const document of [...this.waiting.keys()]) this.forget(document);
    for (const listener of this.listeners) listener.dispose();
    this.listeners = [];
    this.collection?.dispose();
    this.collection = undefined;
  }

  private lookSoon(document: vscode.TextDocument): void {
    if (!linkLanguages.includes(document.languageId)) return;
    this.forget(document);
    this.waiting.set(
      document,
      setTimeout(() => {
        this.look(document);
      }, pause),
    );
  }

  private look(document: vscode.TextDocument): void {
    if (!linkLanguages.includes(document.languageId)) return;
    this.forget(document);
    this.collection?.set(
      document.uri,
      linksIn(document)
        .filter(lacksAlt)
        .map(({ start, end }) => {
          const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
          const message = vscode.l10n.t('The picture has no alternative text.');
          const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Information);
          diagnostic.source = 'Look Once';
          diagnostic.code = 'altText';
          return diagnostic;
        }),
    );
  }

  private forget(document: vscode.TextDocument): void {
    clearTimeout(this.waiting.get(document));
    this.waiting.delete(document);
  }
}
