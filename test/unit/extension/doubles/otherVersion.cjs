/** A server of another release, as far as the handshake. */
'use strict';
process.on('message', ({ id, method }) => {
  if (method !== 'initialize') return;
  const data = {
    code: 'version_mismatch',
    message: 'The backend speaks version 99 of the protocol',
    nextStep: 'Install both from the same release; in a checkout run `npm run build`.',
  };
  process.send({ jsonrpc: '2.0', id, error: { code: -32000, message: data.message, data } });
});
process.on('disconnect', () => process.exit(0));
