/** What the editor offers on a picture that Markdown or HTML links to: actions, and a hover. */
import * as vscode from 'vscode';
import { lacksAlt } from './imageLinks.js';
import { isHere, linksIn, uriOfLink } from './linkedPicture.js';

export const describeCommand = 'lookOnce.describeImages';
const askCommand = 'lookOnce.askAboutImage';
const copyCommand = 'lookOnce.copyImageText';

/** Only names the work: the model is asked once an action is chosen. */
export class ImageActions implements vscode.CodeActionProvider {
  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const here = linksIn(document).filter((link) => isHere(link, document.uri));
    const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
    const touched = here.filter(({ start, end }) => from <= end && to >= start);
    if (touched.length === 0) return [];
    const lacking = here.filter(lacksAlt);
    const one = vscode.l10n.t('Describe Image for Alt Text');
    const several = vscode.l10n.t('Describe {0} Images for Alt Text', touched.length);
    const all = vscode.l10n.t('Describe All {0} Images Without Alt Text', lacking.length);
    return [
      action(touched.length === 1 ? one : several, document.uri, touched),
      ...(lacking.length > 1 ? [action(all, document.uri, lacking)] : []),
    ];
  }
}

function action(title: string, document: vscode.Uri, links: readonly { readonly start: number }[]): vscode.CodeAction {
  const offered = new vscode.CodeAction(title, vscode.CodeActionKind.RefactorRewrite);
  offered.command = { title, command: describeCommand, arguments: [document, links.map(({ start }) => start)] };
  return offered;
}

export class ImageHover implements vscode.HoverProvider {
  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const at = document.offsetAt(position);
    const link = linksIn(document).find(({ start, end }) => start <= at && at <= end);
    const uri = link && uriOfLink(link.target, document.uri);
    if (!link || !uri) return undefined;
    const words = new vscode.MarkdownString(
      [
        commandLink(`$(eye) ${vscode.l10n.t('Ask')}`, askCommand, [uri]),
        commandLink(`$(copy) ${vscode.l10n.t('Copy Text')}`, copyCommand, [uri]),
        commandLink(`$(edit) ${vscode.l10n.t('Describe')}`, describeCommand, [document.uri, [link.start]]),
      ].join(' &nbsp; '),
      true,
    );
    words.isTrusted = { enabledCommands: [askCommand, copyCommand, describeCommand] };
    return new vscode.Hover(words, new vscode.Range(document.positionAt(link.start), document.positionAt(link.end)));
  }
}

/** VS Code makes an address of what an address became as JSON. */
function commandLink(label: string, command: string, args: readonly unknown[]): string {
  return `[${label}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}
