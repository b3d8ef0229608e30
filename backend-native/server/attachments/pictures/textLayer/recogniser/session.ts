/** One of the two models, loaded. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

export class Session {
  private constructor(
    private readonly session: InferenceSession,
    private readonly input: string,
    private readonly output: string,
  ) {}

  /** @param threads that one picture may keep busy */
  static async load(file: string, threads: number): Promise<Session> {
    const session = await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Shapes change from call to call: an arena would keep the largest of each.
      enableCpuMemArena: false,
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: {
        session: {
          // Threads that spin while they wait took 40 % more processor time and gave nothing back on a busy machine.
          intra_op: { allow_spinning: '0' },
          // On flat ground the detector computes with denormal numbers, which took more than half of its time.
          set_denormal_as_zero: '1',
        },
      },
    });
    const [input] = session.inputNames;
    const [output] = session.outputNames;
    if (input === undefined || output === undefined) throw new Error(`Expected an input and an output in ${file}`);
    return new Session(session, input, output);
  }

  /** @param shape of the input, [batch, 3, height, width] */
  async run(
    numbers: Float32Array,
    shape: readonly number[],
  ): Promise<{ readonly data: Float32Array; readonly shape: readonly number[] }> {
    const results = await this.session.run({ [this.input]: new Tensor('float32', numbers, shape) });
    const tensor = results[this.output];
    if (!(tensor?.data instanceof Float32Array)) throw new Error('Expected numbers of 32 bits from the model');
    return { data: tensor.data, shape: tensor.dims };
  }
}
