import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundModel, ModelVariant, NoProjector } from '../../../../backend-native/protocol/models.js';
import { modelFacts, sightText } from '../../../../extension/models/modelTexts.js';

function variant(given: Partial<ModelVariant>): ModelVariant {
  return { modelPath: '/m.gguf', mmprojPath: null, quantisation: 'Q8_0', sizeBytes: 2 ** 30, ...given };
}

test('why_a_model_reads_no_images_is_said_with_the_projector_that_was_refused', () => {
  const refused = (why: object) =>
    ({ reason: 'refused', refused: [{ path: '/models/mmproj-a.gguf', why }] }) as unknown as NoProjector;
  const said = (noProjector: NoProjector) => sightText(variant({ noProjector }));
  assert.match(said({ reason: 'none' }), /no projector \(mmproj\) lies with it/);
  assert.match(said({ reason: 'inside' }), /its vision half is inside the file/);
  assert.match(said(refused({ reason: 'width', gives: 48, takes: 64 })), /mmproj-a\.gguf gives 48 values .* takes 64/);
  assert.match(
    said(refused({ reason: 'family', projectorType: 'pixtral', architecture: 'qwen2vl' })),
    /mmproj-a\.gguf \(pixtral\) is not made for qwen2vl models/,
  );
  assert.match(said(refused({ reason: 'names' })), /by its name mmproj-a\.gguf belongs to another model/);
  assert.match(sightText(variant({ mmprojPath: '/p.gguf' })), /reads images$/);
  assert.match(
    sightText(variant({ mmprojPath: '/p.gguf', adapterPaths: ['/a'] })),
    /reads images · \$\(warning\) loaded without its LoRA adapter/,
  );
});

test('several_quantisations_are_named_in_one_line_and_the_size_of_one_is_told', () => {
  const model = (variants: readonly ModelVariant[]) =>
    ({ source: 'hub', name: 'Tiny', architecture: 'llama', sizeLabel: '3B', variants }) as unknown as FoundModel;
  assert.equal(modelFacts(model([variant({})])), '3B · Q8_0 · llama · 1.0 GB');
  assert.equal(modelFacts(model([variant({}), variant({ quantisation: 'Q4_0' })])), '3B · Q8_0, Q4_0 · llama');
});
