import { l10n } from 'vscode';
import type { modelErrors } from '../../backend-native/protocol/errorKinds/models.js';
import type { Wording } from '../../backend-native/protocol/errorReasons.js';
import { count } from './amounts.js';

export const modelWords: Wording<typeof modelErrors> = {
  noGguf: ({ file }) => l10n.t('{0} is not a GGUF file.', file),
  ggufBigEndian: ({ file }) => l10n.t('{0} is a big-endian GGUF file, which is not read here.', file),
  ggufVersion: ({ file, version }) => l10n.t('{0} is of GGUF version {1}; 2 and 3 are read.', file, version),
  ggufCut: ({ file, part, needs, has }) =>
    part === 'head'
      ? l10n.t('{0} is cut short: its head goes on to byte {1} and the file has {2}.', file, count(needs), count(has))
      : l10n.t('{0} is cut short: its tensors need {1} bytes and the file has {2}.', file, count(needs), count(has)),
  ggufDamaged: ({ file }) => l10n.t('{0} is a damaged GGUF file.', file),
  headTooLarge: ({ file, bytes }) => l10n.t('{0} has a head of more than {1} bytes.', file, count(bytes)),
  passedOver: ({ file }) => l10n.t('{0} is passed over: it is damaged or cannot be read.', file),
  partsMissing: ({ file, there, of }) => l10n.t('{0} is passed over: {1} of its {2} parts are there.', file, there, of),
  noTextModel: ({ file }) => l10n.t('{0} is no text model.', file),
  isProjector: ({ file }) => l10n.t('{0} is a projector, not a text model.', file),
  projectorAsModel: ({ file }) => [
    l10n.t('{0} is a projector, not a text model.', file),
    l10n.t('Choose the text model; this file belongs into lookOnce.model.projectorPath.'),
  ],
  projectorWithoutModel: () => [
    l10n.t('A projector was given without a model.'),
    l10n.t('Set lookOnce.model.path to the model that the projector belongs to.'),
  ],
  modelAsProjector: ({ file, architecture }) => [
    l10n.t('{0} is a {1} text model, not a projector.', file, architecture),
    l10n.t('Choose the projector (mmproj) that was published with this model.'),
  ],
  projectorOfOther: ({ projector, gives, model, takes }) =>
    l10n.t(
      'The projector {0} gives embeddings of {1} values and the model {2} takes {3}.',
      projector,
      gives,
      model,
      takes,
    ),
  projectorWithoutVision: ({ file }) => [
    l10n.t('{0} reads no images.', file),
    l10n.t('Choose a projector (mmproj) with a vision encoder.'),
  ],
  noProjector: withoutProjector,
  projectorBeside: (facts) => [
    withoutProjector(facts),
    l10n.t('Choose the projector (mmproj) of this model; in its folder there is {0}.', facts.files.join(', ')),
  ],
  noAdapter: ({ file }) => l10n.t('{0} is no LoRA adapter.', file),
  adapterOfOther: ({ file, architecture, model }) =>
    l10n.t('The adapter {0} is for a {1} model and the model is {2}.', file, architecture, model),
  noTools: ({ model }) => l10n.t('The chat template of the model ({0}) takes no tools.', model),
  noModelLoaded: () => l10n.t('No model is loaded.'),
  noSuchModel: ({ model }) => [
    l10n.t('There is no model {0} on this machine.', model),
    l10n.t('Choose one of those that are listed.'),
  ],
  otherModel: () => l10n.t('The VS Code window has another model than the one named.'),
  catalogueDamaged: ({ file }) => l10n.t('{0} is damaged or incomplete.', file),

  folderCutShort: ({ folder, limit, most }) => {
    const step = folderOfModels();
    switch (limit) {
      case 'files':
        return [l10n.t('Not all of {0} was looked at: it holds more than {1} files.', folder, count(most)), step];
      case 'models':
        return [l10n.t('Not all of {0} was looked at: it holds more than {1} models.', folder, count(most)), step];
      case 'seconds':
        return [l10n.t('Not all of {0} was looked at: that took longer than {1} s.', folder, most), step];
      case 'levels':
        return [
          l10n.t('Not all of {0} was looked at: it holds folders more than {1} levels deep.', folder, most),
          step,
        ];
    }
  },
  noFolder: ({ folder }) => [l10n.t('{0} is not a folder.', folder), folderOfModels()],
  folderUnreadable: ({ folder, why }) => l10n.t('The folder {0} cannot be read ({1}).', folder, why),

  rpcNoAnswer: ({ server, seconds }) =>
    l10n.t('The RPC server {0} did not answer within {1} seconds.', server, seconds),
  rpcAtWork: ({ server, seconds }) => [
    l10n.t('The RPC server {0} accepted a connection but did not answer within {1} seconds.', server, seconds),
    l10n.t(
      'It may be at work for another program, or be no ggml RPC server: it serves one client at a time. Wait, or start another one.',
    ),
  ],
  rpcUnreachable: ({ server, why }) => l10n.t('The RPC server {0} cannot be reached: {1}', server, why),
  rpcClosed: ({ server }) => l10n.t('{0} closed the connection instead of answering as an RPC server does.', server),
  rpcOther: ({ server }) => l10n.t('{0} answers, but not as an RPC server of ggml does.', server),
  rpcServerVersion: ({ server, version, expected }) => [
    l10n.t('The RPC server {0} speaks version {1} where {2} is expected.', server, version, expected),
    l10n.t('Build ggml-rpc-server on that machine from the same version of llama.cpp.'),
  ],
};

function withoutProjector({ images, model }: { readonly images: number; readonly model: string }): string {
  return images === 1
    ? l10n.t('The question comes with an image, and {0} was loaded without a projector.', model)
    : l10n.t('The question comes with {0} images, and {1} was loaded without a projector.', images, model);
}

function folderOfModels(): string {
  return l10n.t('Name the folder that holds the models.');
}
