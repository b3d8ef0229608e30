import fs from 'node:fs';
import path from 'node:path';
import { WholeFiles } from '../wholeFiles.js';
import type { Conversation } from './conversation.js';
import { conversationFromJson, conversationToJson } from './conversationJson.js';

/** Gathers the changes that one write makes. */
const settleMs = 100;

export interface StoredConversations {
  readonly conversations: readonly Conversation[];
  /** Files that could not be read, by the name under which they were kept aside, and why. */
  readonly damaged: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * One JSON file per conversation, and one per map of what was kept. A file is whole or it is the one before. Several
 * windows may have the same folder open: each hears what the others write, and none writes over what it has not read.
 */
export class ConversationStore {
  private readonly wholeFiles = new WholeFiles();
  /** What each file held when it was last read or written here. */
  private readonly known = new Map<string, string>();

  /** @param folder made when it is needed */
  constructor(private readonly folder: string) {}

  /** Reads all of them. A damaged file is renamed, so that it is neither lost nor in the way. */
  async readAll(): Promise<StoredConversations> {
    const conversations: Conversation[] = [];
    const damaged: { file: string; reason: string }[] = [];
    for (const name of await this.files()) {
      const file = path.join(this.folder, name);
      try {
        const text = await fs.promises.readFile(file, 'utf8');
        const conversation = conversationFromJson(text);
        this.known.set(conversation.id, text);
        if (`${conversation.id}.json` !== name)
          throw new TypeError(`Expected the id ${name} but received ${conversation.id}`);
        conversations.push(conversation);
      } catch (error) {
        if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
        const aside = `${file}.damaged`;
        await fs.promises.rename(file, aside);
        damaged.push({ file: aside, reason: error.message });
      }
    }
    return { conversations, damaged };
  }

  /**
   * Writes what the conversation is once the writes before are done.
   * @param onForeign gets what another window wrote since, to be taken into the conversation before it is written
   */
  async write(conversation: Conversation, onForeign: (theirs: Conversation) => void = () => undefined): Promise<void> {
    const { id } = conversation;
    await this.wholeFiles.update(this.fileOf(id), (before) => {
      if (before !== undefined && this.known.has(id) && before !== this.known.get(id)) {
        const theirs = readable(before);
        if (theirs) onForeign(theirs);
      }
      const text = conversationToJson(conversation);
      this.known.set(id, text);
      return text;
    });
  }

  /**
   * Reads a conversation that another window changed.
   * @returns 'same' when it did not, 'gone' when it was deleted
   */
  async readForeign(id: string): Promise<Conversation | 'same' | 'gone'> {
    const text = await this.wholeFiles.read(this.fileOf(id));
    if (text === undefined) return 'gone';
    if (text === this.known.get(id)) return 'same';
    const theirs = readable(text);
    if (!theirs) return 'same';
    this.known.set(id, text);
    return theirs;
  }

  /** Hears ids of conversations whose file changed, by whomever. @returns ends it */
  async watch(onChange: (id: string) => void): Promise<() => void> {
    await fs.promises.mkdir(this.folder, { recursive: true });
    const due = new Map<string, NodeJS.Timeout>();
    const watcher = fs.watch(this.folder, { persistent: false }, (_event, name) => {
      if (name === null || !/^[\w-]{1,80}\.json$/.test(name)) return;
      const id = name.slice(0, -'.json'.length);
      clearTimeout(due.get(id));
      due.set(
        id,
        setTimeout(() => {
          due.delete(id);
          onChange(id);
        }, settleMs),
      );
    });
    return () => {
      watcher.close();
      for (const timer of due.values()) clearTimeout(timer);
    };
  }

  async delete(id: string): Promise<void> {
    this.known.delete(id);
    await this.wholeFiles.delete(this.fileOf(id));
    await fs.promises.rm(this.mapFolder(id), { recursive: true, force: true });
  }

  /** @param key such as the turn and the number of the answer */
  async writeMap(id: string, key: string, json: string): Promise<void> {
    await this.wholeFiles.write(this.mapFile(id, key), json);
  }

  /** @returns undefined when there is none (any more) */
  async readMap(id: string, key: string): Promise<string | undefined> {
    return this.wholeFiles.read(this.mapFile(id, key));
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await this.wholeFiles.flush();
  }

  private async files(): Promise<string[]> {
    try {
      return (await fs.promises.readdir(this.folder)).filter((name) => name.endsWith('.json'));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  private fileOf(id: string): string {
    return path.join(this.folder, `${safe(id)}.json`);
  }

  private mapFolder(id: string): string {
    return path.join(this.folder, 'maps', safe(id));
  }

  private mapFile(id: string, key: string): string {
    return path.join(this.mapFolder(id), `${safe(key)}.json`);
  }
}

/** Undefined for what no window of this version wrote: it is not touched. */
function readable(text: string): Conversation | undefined {
  try {
    return conversationFromJson(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

/** Ids come from files and messages too: none may lead out of the folder. */
function safe(name: string): string {
  if (!/^[\w-]{1,80}$/.test(name))
    throw new TypeError(`Expected an id of letters, digits and dashes but received ${JSON.stringify(name)}`);
  return name;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}
