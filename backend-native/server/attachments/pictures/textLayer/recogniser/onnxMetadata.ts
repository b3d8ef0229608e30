/** The entries that an ONNX file tells of itself: onnxruntime-node does not give them. */

/** Of ModelProto and StringStringEntryProto in onnx.proto. */
const metadataField = 14;
const keyField = 1;
const valueField = 2;

/**
 * Reads `metadata_props` of an ONNX model. The weights are skipped, not read.
 * @throws RangeError for bytes that are no protocol buffer
 */
export function onnxMetadata(bytes: Uint8Array): Map<string, string> {
  const entries = new Map<string, string>();
  for (const { field, value } of fieldsOf(bytes)) {
    if (field !== metadataField) continue;
    let key = '';
    let text = '';
    for (const part of fieldsOf(value)) {
      if (part.field === keyField) key = Buffer.from(part.value).toString('utf8');
      if (part.field === valueField) text = Buffer.from(part.value).toString('utf8');
    }
    entries.set(key, text);
  }
  return entries;
}

/** Fields of a length, which all that we look for are; others are passed over. */
function* fieldsOf(bytes: Uint8Array): Generator<{ readonly field: number; readonly value: Uint8Array }> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 2 ** 56) throw new RangeError('Expected an ONNX file: a number is cut short');
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const kind = tag % 8;
    if (kind === 0) varint();
    else if (kind === 1) at += 8;
    else if (kind === 5) at += 4;
    else if (kind === 2) {
      const length = varint();
      if (at + length > bytes.length) throw new RangeError('Expected an ONNX file: a field is cut short');
      yield { field: Math.floor(tag / 8), value: bytes.subarray(at, at + length) };
      at += length;
    } else throw new RangeError(`Expected an ONNX file: there is a field of kind ${kind}`);
  }
}
