import ignore, { type Ignore } from 'ignore';

/**
 * Gives the text of the .gitignore file of a folder; undefined when it has none. Folders are relative, "" for the top.
 */
export type ReadGitIgnore = (folder: string) => Promise<string | undefined>;

/**
 * Tells which files of a folder git ignores, by the .gitignore files in it and in the folders below. They are read when
 * they are needed, and never those in folders that are ignored.
 */
export class GitIgnore {
  private readonly rules = new Map<string, Promise<Ignore | undefined>>();
  private readonly folders = new Map<string, Promise<boolean>>();

  constructor(private readonly read: ReadGitIgnore) {}

  /** @param file its path below the top folder, with "/" between the names */
  async ignores(file: string): Promise<boolean> {
    return (await this.ignoresFolder(parentOf(file))) || (await this.matches(file, file));
  }

  /** What is in an ignored folder stays ignored: git does not look into it for exceptions. */
  async ignoresFolder(folder: string): Promise<boolean> {
    if (folder === '') return false;
    const known = this.folders.get(folder);
    if (known) return await known;
    const found = this.ignoresFolder(parentOf(folder)).then(
      async (parent) => parent || (await this.matches(folder, `${folder}/`)),
    );
    this.folders.set(folder, found);
    return await found;
  }

  /** The rules of the nearest .gitignore that says anything decide. */
  private async matches(path: string, tested: string): Promise<boolean> {
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      const rules = await this.rulesOf(folder);
      const result = rules?.test(folder === '' ? tested : tested.slice(folder.length + 1));
      if (result?.ignored) return true;
      if (result?.unignored || folder === '') return false;
    }
  }

  private rulesOf(folder: string): Promise<Ignore | undefined> {
    let rules = this.rules.get(folder);
    if (!rules) {
      rules = this.read(folder).then((text) => (text === undefined ? undefined : ignore().add(text)));
      this.rules.set(folder, rules);
    }
    return rules;
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}
