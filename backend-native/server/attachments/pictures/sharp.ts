/**
 * sharp, which decodes pictures. Loading it takes a third of the time that the backend needs to start, so that it is
 * loaded beside the model, or else with the first picture.
 */
import type sharp from 'sharp';

let loading: Promise<typeof sharp> | undefined;

/** @throws Error, each time, where the files of sharp for this machine are missing */
export function loadSharp(): Promise<typeof sharp> {
  return (loading ??= import('sharp').then(({ default: loaded }) => {
    // A cache of decoded files would only hold memory: no file is read twice.
    loaded.cache(false);
    return loaded;
  }));
}
