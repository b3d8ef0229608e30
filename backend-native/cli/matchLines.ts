/**
 * Finds the lines that the product would put beside a question, for training: one JSON object a line in,
 * `{sources: [{name, text, look?}], questions: [...]}`, and for each one list of lists of lines out.
 */
import { createInterface } from 'node:readline';
import { MatchingLines, type Source } from '../server/attachments/matchingLines.js';

for await (const line of createInterface({ input: process.stdin })) {
  const { sources, questions } = JSON.parse(line) as { sources: Source[]; questions: string[] };
  const lines = MatchingLines.none.with(sources);
  const found = questions.map((question, i) => lines.matching(question, questions.slice(0, i)));
  process.stdout.write(`${JSON.stringify(found)}\n`);
}
