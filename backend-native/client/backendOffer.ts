/**
 * How programs of the same user find the backend of a VS Code window: a small file says where it can be asked, and
 * holds the secret that whoever asks has to know. Both lie in a folder that nobody else can read. On another machine,
 * or in a container with files of its own, there is no such file, and so no offer.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { platformCacheFolder } from './cacheFolder.js';

export interface BackendOffer {
  /** Of the process that offers it, which names the file. */
  readonly pid: number;
  /** A folder may be shared by machines, whose sockets are not. */
  readonly host: string;
  /** Of a Unix socket in the folder, or of a named pipe. */
  readonly socket: string;
  readonly token: string;
  readonly protocolVersion: number;
}

const leastTokenCharacters = 32;
const mostBytes = 4096;
const pipes = '\\\\.\\pipe\\look-once-';
const isWindows = process.platform === 'win32';

/** Found by all programs alike, so that it depends on no variable that only some of them are given. */
export function offerFolder(): string {
  return path.join(
    platformCacheFolder(process.platform, { LOCALAPPDATA: process.env['LOCALAPPDATA'] }, os.homedir()),
    'windows',
  );
}

/** Where this process can be asked. @param secret makes the name of a pipe one that cannot be guessed */
export function socketOf(folder: string, pid: number, secret: string): string {
  return isWindows ? `${pipes}${pid}-${secret.slice(0, 16)}` : path.join(folder, `${pid}.sock`);
}

/** Makes the folder if it is not there. @throws Error when others could read it, or write to it */
export function preparePrivateFolder(folder: string): void {
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isPrivate(fs.lstatSync(folder))) throw new Error(`${folder} is not readable for this user alone`);
}

/** Says that a backend can be asked: nobody reads half of it. */
export function writeOffer(folder: string, offer: BackendOffer): void {
  const file = fileOf(folder, offer.pid);
  fs.rmSync(`${file}.part`, { force: true });
  fs.writeFileSync(`${file}.part`, JSON.stringify(offer), { mode: 0o600, flag: 'wx' });
  fs.renameSync(`${file}.part`, file);
}

/** Takes an offer back, with its socket. Also for one whose process is gone. */
export function removeOffer(folder: string, { pid, socket }: Pick<BackendOffer, 'pid' | 'socket'>): void {
  fs.rmSync(fileOf(folder, pid), { force: true });
  if (!isWindows) fs.rmSync(socket, { force: true });
}

/** Those of this machine, the newest first. What is no offer, or could be somebody else's, is passed over. */
export function findOffers(folder: string): BackendOffer[] {
  try {
    if (!isPrivate(fs.lstatSync(folder))) return [];
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readOffer(folder, name) ?? [])
      .sort((a, b) => b.since - a.since)
      .map(({ offer }) => offer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function readOffer(folder: string, name: string): { offer: BackendOffer; since: number } | undefined {
  const file = path.join(folder, name);
  try {
    const stat = fs.lstatSync(file);
    if (!stat.isFile() || !isPrivate(stat) || stat.size > mostBytes) return undefined;
    const offer = offerFrom(JSON.parse(fs.readFileSync(file, 'utf8')), folder);
    if (offer?.host !== os.hostname() || file !== fileOf(folder, offer.pid)) return undefined;
    return { offer, since: stat.mtimeMs };
  } catch (error) {
    // Taken back meanwhile, or not written by us.
    if ((error as NodeJS.ErrnoException).code !== undefined || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** @returns undefined for anything else than an offer whose socket is where offers have theirs */
function offerFrom(value: unknown, folder: string): BackendOffer | undefined {
  const { pid, host, socket, token, protocolVersion } = (value ?? {}) as Partial<Record<keyof BackendOffer, unknown>>;
  if (typeof pid !== 'number' || typeof host !== 'string' || typeof protocolVersion !== 'number') return undefined;
  if (typeof token !== 'string' || token.length < leastTokenCharacters) return undefined;
  return socket === socketOf(folder, pid, token) ? { pid, host, socket, token, protocolVersion } : undefined;
}

function fileOf(folder: string, pid: number): string {
  return path.join(folder, `${pid}.json`);
}

/** Windows has no such bits: there the profile of the user is closed to others. */
function isPrivate({ mode, uid }: fs.Stats): boolean {
  return isWindows || ((mode & 0o077) === 0 && uid === process.getuid?.());
}
