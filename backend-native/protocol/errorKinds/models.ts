/** What is wrong with models, their folders, and the servers that they may run on. */
import { kind } from './kind.js';

const projectorOfModel = 'Give the projector (mmproj) file that was published with the model.';
const folderOfModels = 'Name the folder that holds the models.';
const rpcServer = { server: 'text' } as const;

export const modelErrors = {
  noGguf: kind({ file: 'text' }, ({ file }) => `${file} is not a GGUF file`),
  ggufBigEndian: kind({ file: 'text' }, ({ file }) => `${file} is a big-endian GGUF file, which is not read here`),
  ggufVersion: kind(
    { file: 'text', version: 'number' },
    ({ file, version }) => `${file} is of GGUF version ${version}; 2 and 3 are read`,
  ),
  ggufCut: kind(
    { file: 'text', part: ['head', 'tensors'], needs: 'number', has: 'number' },
    ({ file, part, needs, has }) =>
      `${file} is cut short: its ` +
      (part === 'head' ? `head goes on to byte ${needs}` : `tensors need ${needs} bytes`) +
      ` and the file has ${has}`,
  ),
  /** @property found what no program that writes such files would write */
  ggufDamaged: kind({ file: 'text', found: 'text' }, ({ file, found }) => `${file} ${found}`),
  headTooLarge: kind(
    { file: 'text', bytes: 'number' },
    ({ file, bytes }) => `${file} has a head of more than ${bytes} bytes`,
  ),
  /** @property why a sentence about "it" */
  passedOver: kind({ file: 'text', why: 'text' }, ({ file, why }) => `${file} is passed over: ${why}`),
  partsMissing: kind(
    { file: 'text', there: 'number', of: 'number' },
    ({ file, there, of }) => `${file} is passed over: ${there} of its ${of} parts are there`,
  ),
  noTextModel: kind({ file: 'text' }, ({ file }) => `${file} is no text model`),
  isProjector: kind({ file: 'text' }, ({ file }) => `${file} is a projector, not a text model`),
  projectorAsModel: kind(
    { file: 'text' },
    ({ file }) => `${file} is a projector, not a text model`,
    'Give the text model with --model and this file with --mmproj.',
  ),
  projectorWithoutModel: kind(
    {},
    () => 'A projector was given without a model',
    'Give the model it belongs to, with --model.',
  ),
  modelAsProjector: kind(
    { file: 'text', architecture: 'text' },
    ({ file, architecture }) => `${file} is a ${architecture} text model, not a projector`,
    projectorOfModel,
  ),
  projectorOfOther: kind(
    { projector: 'text', gives: 'number', model: 'text', takes: 'number' },
    ({ projector, gives, model, takes }) =>
      `The projector ${projector} gives embeddings of ${gives} values and the model ${model} takes ${takes}`,
  ),
  projectorWithoutVision: kind(
    { file: 'text' },
    ({ file }) => `${file} reads no images`,
    'Give a projector (mmproj) with a vision encoder.',
  ),
  noProjector: kind({ images: 'number', model: 'text' }, withoutProjector),
  /** Projectors lie beside the model, by their file names. */
  projectorBeside: kind(
    { images: 'number', model: 'text', files: 'texts' },
    withoutProjector,
    ({ files }) =>
      `Give the projector that belongs to the model, with --mmproj; in its folder there is ${files.join(', ')}.`,
  ),
  noAdapter: kind({ file: 'text' }, ({ file }) => `${file} is no LoRA adapter`),
  adapterOfOther: kind(
    { file: 'text', architecture: 'text', model: 'text' },
    ({ file, architecture, model }) => `The adapter ${file} is for a ${architecture} model and the model is ${model}`,
  ),
  noTools: kind({ model: 'text' }, ({ model }) => `The chat template of the model (${model}) takes no tools`),
  noModelLoaded: kind({}, () => 'No model is loaded'),
  noSuchModel: kind(
    { model: 'text' },
    ({ model }) => `There is no model ${model} on this machine`,
    'Ask for one of those that are listed.',
  ),
  otherModel: kind({}, () => 'The VS Code window has another model than the one named'),
  catalogueDamaged: kind({ file: 'text' }, ({ file }) => `${file} is damaged`),

  folderCutShort: kind(
    { folder: 'text', limit: ['files', 'models', 'seconds', 'levels'], most: 'number' },
    ({ folder, limit, most }) =>
      `Not all of ${folder} was looked at: it holds ` +
      (limit === 'levels' ? `folders more than ${most} levels deep` : `more than ${most} ${limit}`),
    folderOfModels,
  ),
  noFolder: kind({ folder: 'text' }, ({ folder }) => `${folder} is not a folder`, folderOfModels),
  folderUnreadable: kind(
    { folder: 'text', why: 'text' },
    ({ folder, why }) => `The folder ${folder} cannot be read (${why})`,
  ),

  rpcNoAnswer: kind(
    { ...rpcServer, seconds: 'number' },
    ({ server, seconds }) => `The RPC server ${server} did not answer within ${seconds} seconds`,
  ),
  rpcAtWork: kind(
    { ...rpcServer, seconds: 'number' },
    ({ server, seconds }) =>
      `The RPC server ${server} accepted a connection but did not answer within ${seconds} seconds`,
    'It may be at work for another program, or be no ggml RPC server: it serves one client at a time. ' +
      'Wait, or start another one.',
  ),
  rpcUnreachable: kind(
    { ...rpcServer, why: 'text' },
    ({ server, why }) => `The RPC server ${server} cannot be reached: ${why}`,
  ),
  rpcClosed: kind(
    rpcServer,
    ({ server }) => `${server} closed the connection instead of answering as an RPC server does`,
  ),
  rpcOther: kind(rpcServer, ({ server }) => `${server} answers, but not as an RPC server of ggml does`),
  rpcServerVersion: kind(
    { ...rpcServer, version: 'text', expected: 'text' },
    ({ server, version, expected }) =>
      `The RPC server ${server} speaks version ${version} where ${expected} is expected`,
    'Build the server from the same version of llama.cpp: `npm run build:native -- --target ggml-rpc-server`.',
  ),
} as const;

function withoutProjector({ images, model }: { readonly images: number; readonly model: string }): string {
  const what = images === 1 ? 'an image' : `${images} images`;
  return `The question comes with ${what} and ${model} was loaded without a projector`;
}
