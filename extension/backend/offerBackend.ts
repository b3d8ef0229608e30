/** Offers the backend of this window to other programs of the user, `npm run mcp` above all, for as long as it runs. */
import { randomBytes } from 'node:crypto';
import os from 'node:os';
import * as vscode from 'vscode';
import {
  offerFolder,
  preparePrivateFolder,
  removeOffer,
  socketOf,
  writeOffer,
} from '../../backend-native/client/backendOffer.js';
import { protocolVersion } from '../../backend-native/protocol/methods.js';
import { Guests, type GuestServices } from './guests.js';

export interface OfferServices extends GuestServices {
  readonly log: Pick<vscode.LogOutputChannel, 'info' | 'warn'>;
}

/** An offer that is made, or about to be. */
interface Offer {
  withdraw(): void;
}

/** Nothing is opened before the backend runs, and nothing stays open when it has ended. @returns what ends it */
export function offerBackend(services: OfferServices): vscode.Disposable {
  const { backend } = services;
  const guests = new Guests(services);
  let offer: Offer | undefined;
  const changed = () => {
    const { status } = backend.view;
    if (status === 'stopped' || status === 'crashed') {
      offer?.withdraw();
      offer = undefined;
    } else if (status !== 'starting') offer ??= makeOffer(guests, services.log);
  };
  const subscription = backend.onDidChange(changed);
  return new vscode.Disposable(() => {
    subscription.dispose();
    offer?.withdraw();
  });
}

/** An offer that cannot be made is a line in the log: the window needs none. */
function makeOffer(guests: Guests, log: OfferServices['log']): Offer {
  const folder = offerFolder();
  const { pid } = process;
  const token = randomBytes(32).toString('hex');
  const socket = socketOf(folder, pid, token);
  let end: (() => void) | undefined;
  let isWithdrawn = false;
  const make = async () => {
    preparePrivateFolder(folder);
    removeOffer(folder, { pid, socket });
    const { listenToGuests } = await import('./guestServer.js');
    const server = await listenToGuests({
      socket,
      token,
      answer: (method, params, call) => guests.answer(method, params, call),
      log: (line) => {
        log.info(line);
      },
    });
    end = () => {
      removeOffer(folder, { pid, socket });
      server.close();
    };
    if (isWithdrawn) end();
    else writeOffer(folder, { pid, host: os.hostname(), socket, token, protocolVersion });
  };
  make().catch((error: unknown) => {
    log.warn('The backend is not offered to other programs', String(error));
  });
  return {
    withdraw: () => {
      isWithdrawn = true;
      end?.();
    },
  };
}
