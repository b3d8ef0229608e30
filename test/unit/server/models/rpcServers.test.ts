/** Servers of every kind of fault, on loopback. The real one is in test/server/rpc.test.ts. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { test, type TestContext } from 'node:test';
import { checkRpcServers, rpcServersFrom } from '../../../../backend-native/server/models/rpcServers.js';
import { failsWith } from '../../../failsWith.js';

const never = new AbortController().signal;

/** A server that treats every connection so. @returns its address */
async function serverThat(t: TestContext, serves: (socket: net.Socket) => void): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {
      sockets.delete(socket);
    });
    serves(socket);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

/** What a server of this version answers to the first message. */
function helloOf(major: number, minor: number): Buffer {
  return Buffer.concat([Buffer.from([28, 0, 0, 0, 0, 0, 0, 0, major, minor, 0, 0]), Buffer.alloc(24)]);
}

test('addresses_of_servers_are_taken_as_they_are', () => {
  assert.deepEqual(rpcServersFrom([]), []);
  assert.deepEqual(rpcServersFrom(['localhost:1', '10.0.0.2:65535', 'a-b.c_d:050']), [
    'localhost:1',
    '10.0.0.2:65535',
    'a-b.c_d:50',
  ]);
});

for (const bad of [
  'localhost',
  ':1',
  'localhost:',
  'localhost:0',
  'localhost:65536',
  'localhost:1x',
  'a b:1',
  'http://a:1',
  '[::1]:1',
  '::1:1',
  '',
  3,
  null,
]) {
  test(`an_address_such_as_${String(bad)}_is_refused`, () => {
    assert.throws(
      () => rpcServersFrom(['a:1', bad]),
      failsWith('invalid_argument', /for the RPC servers but received/),
    );
  });
}

test('too_many_servers_and_the_same_twice_are_refused', () => {
  const many = Array.from({ length: 17 }, (_, index) => `a:${index + 1}`);
  assert.equal(rpcServersFrom(many.slice(1)).length, 16);
  assert.throws(() => rpcServersFrom(many), failsWith('invalid_argument', /at most 16 servers .* received 17/));
  assert.throws(
    () => rpcServersFrom(['a:1', 'b:1', 'a:01']),
    failsWith('invalid_argument', /every server once .* received a:1/),
  );
  assert.throws(() => rpcServersFrom('a:1'), failsWith('invalid_argument', /a list of host:port/));
});

test('a_server_that_says_hello_in_pieces_is_good', async (t) => {
  const heard: Buffer[] = [];
  const server = await serverThat(t, (socket) => {
    socket.on('data', (bytes) => {
      heard.push(bytes);
      const reply = helloOf(7, 0);
      socket.write(reply.subarray(0, 5));
      setTimeout(() => socket.write(reply.subarray(5)), 10);
    });
  });
  await checkRpcServers([server], never);
  assert.deepEqual([...Buffer.concat(heard)], [14, 24, 0, 0, 0, 0, 0, 0, 0, ...new Array<number>(24).fill(0)]);
});

test('a_server_that_is_not_there_is_named_at_once', async (t) => {
  const there = await serverThat(t, (socket) => {
    socket.write(helloOf(7, 0));
  });
  const start = performance.now();
  await assert.rejects(
    checkRpcServers([there, '127.0.0.1:1'], never),
    failsWith('rpc_server_unavailable', /127\.0\.0\.1:1 cannot be reached: .*ECONNREFUSED/),
  );
  assert.ok(performance.now() - start < 2000);
});

test('another_version_is_named_with_the_one_that_is_expected', async (t) => {
  for (const [major, minor] of [
    [6, 0],
    [8, 0],
    [7, 1],
  ] as const) {
    const server = await serverThat(t, (socket) => {
      socket.write(helloOf(major, minor));
    });
    await assert.rejects(
      checkRpcServers([server], never),
      failsWith('rpc_server_unavailable', new RegExp(`version ${major}\\.${minor}\\.0 where 7\\.0 is expected`)),
    );
  }
});

test('something_else_that_listens_is_no_rpc_server', async (t) => {
  const web = await serverThat(t, (socket) => {
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
  });
  await assert.rejects(checkRpcServers([web], never), failsWith('rpc_server_unavailable', /not as an RPC server/));
  const mute = await serverThat(t, (socket) => {
    socket.end();
  });
  await assert.rejects(checkRpcServers([mute], never), failsWith('rpc_server_unavailable', /closed the connection/));
});

test('a_server_at_work_for_somebody_else_is_given_up_in_seconds', async (t) => {
  const busy = await serverThat(t, () => undefined);
  await assert.rejects(checkRpcServers([busy], never), (error) => {
    failsWith('rpc_server_unavailable', /accepted a connection but did not answer within 3 seconds/)(error);
    assert.match((error as { nextStep: string }).nextStep, /one client at a time/);
    return true;
  });
});

test('who_does_not_want_to_wait_does_not', async (t) => {
  const busy = await serverThat(t, () => undefined);
  const cancel = new AbortController();
  const start = performance.now();
  const checked = checkRpcServers([busy], cancel.signal);
  setTimeout(() => {
    cancel.abort();
  }, 50);
  await assert.rejects(checked, failsWith('rpc_server_unavailable'));
  assert.ok(performance.now() - start < 1500);
});
