import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MatchingLines, withLines } from '../../../../backend-native/server/attachments/matchingLines.js';

function linesOf(...texts: string[]): MatchingLines {
  return MatchingLines.none.with(texts.map((text, i) => ({ name: `Image ${i + 1}`, text })));
}

test('a_value_is_found_by_its_label_and_comes_with_its_neighbours', () => {
  const lines = linesOf('Team | Quality\nMemory usage | 33%\nPort | 0.13\nLevel | 49\nHost | h1');
  assert.deepEqual(lines.matching('How high is the memory usage?'), [
    'Team | Quality',
    'Memory usage | 33%',
    'Port | 0.13',
  ]);
});

test('a_row_of_a_table_comes_alone_with_the_names_of_its_columns', () => {
  const rows = ['Name | Status | Duration', 'lint | passed | 9 s', 'types | passed | 12 s', 'build | failed | 80 s'];
  const lines = linesOf(`Jobs\n\n${rows.join('\n')}`);
  const build = 'Name: build | Status: failed | Duration: 80 s';
  assert.deepEqual(lines.matching('How did build go?'), [build]);
  assert.deepEqual(lines.matching('What is the status of build?'), [build]);
  assert.equal(lines.matching('How long did it take?').length, 3, 'the head says nothing that the rows do not');
});

test('names_of_columns_come_with_the_first_and_the_last_row_where_no_row_is_asked_about', () => {
  const lines = linesOf('Rank | Team | Points\n1 | Larks | 31\n2 | Terns | 28\n3 | Gulls | 9');
  assert.deepEqual(lines.matching('Which team is in front?'), [
    'Rank: 1 | Team: Larks | Points: 31',
    'Rank: 3 | Team: Gulls | Points: 9',
  ]);
  const markdown = linesOf('| Rank | Team | Points |\n| --- | --- | --- |\n| 1 | Larks | 31 |\n| 2 | Gulls | 9 |');
  assert.deepEqual(markdown.matching('Which team is in front?'), [
    'Rank: 1 | Team: Larks | Points: 31',
    'Rank: 2 | Team: Gulls | Points: 9',
  ]);
});

test('what_is_told_apart_by_a_number_is_found_by_it', () => {
  const lines = linesOf('Gate | State | Open\n1 | moving | 40 %\n2 | shut | 0 %\n3 | jammed | 10 %');
  assert.deepEqual(lines.matching('What is gate 2 doing?'), ['Gate: 2 | State: shut | Open: 0 %']);
});

test('the_row_with_the_most_of_what_is_asked_for_comes_last', () => {
  const lines = linesOf('Folder | Size | Files\nMusic | 61 GB | 9,880\nVideos | 0.4 TB | 212\nTotal | 0.5 TB | 10,092');
  const videos = 'The most Size: Folder: Videos | Size: 0.4 TB | Files: 212';
  assert.equal(lines.matching('Which folder is the largest?').at(-1), videos);
  assert.equal(lines.matching('What has the fewest files?').at(-1), videos.replace('most Size', 'least Files'));
  const markdown = linesOf(
    '| Item | Price |  Stock |\n| --- | --- | --- |\n| Tiles | 2.15 | 4 |\n| Glue | – | 9 |\n| Tar | 9 | 1 |',
  );
  assert.equal(
    markdown.matching('Which item is the cheapest?').at(-1),
    'The least Price: Item: Tiles | Price: 2.15 | Stock: 4',
  );
});

test('a_label_comes_with_what_stands_under_it_and_a_sentence_with_who_said_it', () => {
  const lines = linesOf('Open orders\n9\n\nKim Weber | 8:49 PM\nWe moved the client course');
  assert.deepEqual(lines.matching('How many open orders are there?'), ['Open orders', '9']);
  const said = lines.matching('Who moved the client course?');
  assert.deepEqual(said.slice(-2), ['Kim Weber | 8:49 PM', 'We moved the client course']);
  const cards = linesOf('Rainfall | Wind\n\n4 mm | 12 km/h\n\nend');
  assert.deepEqual(cards.matching('What is the rainfall?'), ['Rainfall | Wind', '4 mm | 12 km/h']);
});

test('what_a_question_calls_by_another_word_than_the_screen_is_found', () => {
  const filler = ['Home', 'Search', 'Orders'].map((word) => `${word}\n\n`).join('');
  const found = (text: string, question: string) => linesOf(`${filler}${text}`).matching(question).join('\n');
  assert.match(found('Wrong password. 2 attempts are left.', 'What is the error message?'), /Wrong password/);
  assert.match(found('  ValueError: invalid literal', 'Which exception was raised?'), /ValueError/);
  assert.match(found('Boot "Tarn"\n€ 174', 'What is the price?'), /€ 174/);
  assert.match(found('Write to bilge@harbor.test', 'Which email is given?'), /bilge@harbor/);
  assert.match(linesOf('Copying charts\n\nFile 3\n\nCancel').matching('What is the title?').join(), /Copying charts/);
  assert.match(found('Paper Lanterns\n\n22:51', 'How long is the video?'), /22:51/);
  assert.match(found('Down 61.7 Mbps', 'How fast is it?'), /61\.7/);
  assert.match(found('Carried by Ilves Prym', 'Who guides them?'), /Ilves Prym/);
  assert.match(found('speech_jubilee.txt', 'Which file is it?'), /speech_jubilee/);
  assert.equal(found('All is well.', 'What is the price?'), '');
});

test('signs_that_are_read_for_each_other_do_not_hide_a_line', () => {
  const lines = linesOf('drwxr-xr-x charts\n\n-rw-r--r-- 48213 2031-02-27 1edger.ods\n\nt0ta1 792');
  assert.match(lines.matching('When was ledger.ods changed?').join(), /2031-02-27/);
  assert.match(lines.matching('What is the total?').join(), /792/);
});

test('what_screens_shorten_is_found_by_the_whole_word', () => {
  const lines = linesOf('CPU 12 %\n\nMem 1.2G/3.8G\n\nTemp 61\n\nFri 9 - 17\n\nSat closed');
  assert.deepEqual(lines.matching('How much memory is used?'), ['CPU 12 %', 'Mem 1.2G/3.8G', 'Temp 61']);
  assert.ok(lines.matching('When is it open on Fridays?').includes('Fri 9 - 17'));
  assert.ok(linesOf('January 5\n\nMay 7').matching('How many in Jan?').includes('January 5'));
});

test('lines_are_named_by_their_source_where_there_are_several', () => {
  const lines = linesOf('Total | 5', 'Owner | Jana');
  assert.deepEqual(lines.matching('Who is the owner?'), ['Image 2: Owner | Jana']);
  const more = lines.with([{ name: 'notes.md', text: 'The budget is 12 EUR.' }]);
  assert.deepEqual(more.matching('What is the budget?'), ['notes.md: The budget is 12 EUR.']);
  assert.deepEqual(lines.matching('What is the budget?'), [], 'what a turn adds leaves the turns before as they are');
});

test('only_the_source_that_a_question_names_is_searched', () => {
  const lines = linesOf('Total | 5\nOwner | Jana', 'Total | 7\nOwner | Omar', 'Total | 9');
  assert.deepEqual(lines.matching('What is the total in image 2?'), ['Image 2: Total | 7', 'Image 2: Owner | Omar']);
  assert.deepEqual(lines.matching('In the third image, what is the total?'), ['Image 3: Total | 9']);
  const documents = MatchingLines.none.with([
    { name: 'a.md', text: 'The total is 5.' },
    { name: 'b.md', text: 'The total is 7.' },
  ]);
  assert.deepEqual(documents.matching('What is the total in b.md?'), ['b.md: The total is 7.']);
  assert.equal(lines.matching('What is the total in image 9?').length > 0, true);
});

test('a_short_follow_up_is_read_with_the_last_question_that_stands_for_itself', () => {
  const lines = linesOf('Name | Host | Owner\nalpha | h1 | Jana\nbeta | h2 | Omar\ngamma | h3 | Ines');
  const earlier = ['What is the host of beta?', 'And its name?'];
  const beta = 'Name: beta | Host: h2 | Owner: Omar';
  assert.ok(lines.matching('And its owner?', earlier).includes(beta));
  assert.ok(!lines.matching('And its owner?').includes(beta));
});

test('a_long_paragraph_is_compared_sentence_by_sentence', () => {
  const filler = 'Nothing of interest was said about the weather on that day or on the day after it.';
  const lines = linesOf(`${filler} ${filler} The access code is 4719. ${filler} ${filler}`);
  assert.deepEqual(lines.matching('What is the access code?'), [filler, 'The access code is 4719.', filler]);
});

test('no_line_is_longer_than_a_sentence_however_long_it_is_in_its_file', () => {
  const minified = `${'var a=1;'.repeat(5000)}secretPort=8443;${'var b=2;'.repeat(5000)}`;
  for (const text of [minified, 'word '.repeat(20_000) + 'secret port', 'x'.repeat(100_000)]) {
    const found = linesOf(text).matching('What is the secret port, word or x?');
    assert.ok(found.join('').length < 2000, String(found.join('').length));
  }
});

test('a_question_without_a_match_stands_alone', () => {
  assert.deepEqual(linesOf('Total | 5').matching('What is this about?'), []);
  assert.deepEqual(MatchingLines.none.matching('What is the total?'), []);
  assert.equal(withLines('Why?', []), 'Why?');
  assert.equal(withLines('Why?', ['Because: 5']), 'Matching lines:\nBecause: 5\n\nWhy?');
});

test('a_page_of_ten_thousand_lines_is_searched_in_time', () => {
  const text = Array.from({ length: 10_000 }, (_, i) => `entry ${i} | value ${i * 7}`).join('\n');
  assert.ok(linesOf(text).matching('What is entry 4711?').includes('entry 4711 | value 32977'));
});

const twice = (...lines: readonly string[]) => [...lines, ...lines];

test('about_the_look_of_a_picture_only_what_is_known_of_it_stands_beside_the_question', () => {
  const look = {
    isDark: true,
    background: 'black',
    colours: [],
    selected: [{ text: 'tide.c', among: 'row' as const }],
    dim: [],
    coloured: [],
    patches: [],
  };
  const source = (name: string) => ({ name, text: 'gate.py | tide.c | README tab\nA dark and light theme', look });
  const lines = MatchingLines.none.with([source('Image 1')]);
  assert.deepEqual(lines.matching('Which tab is active?'), twice('Selected: tide.c', 'tide.c is selected.'));
  assert.deepEqual(lines.matching('Is the theme dark or light?'), twice('Theme: dark', 'The theme is dark.'));
  const both = MatchingLines.none.with([source('Image 1'), { ...source('Image 2'), look: { ...look, isDark: false } }]);
  const second = ['Image 2: Theme: light', 'Image 2: The theme is light.'];
  assert.deepEqual(
    both.matching('Which image has a dark theme?'),
    twice('Image 1: Theme: dark', 'Image 1: The theme is dark.', ...second),
  );
  assert.deepEqual(both.matching('Is the theme of image 2 dark?'), twice(...second));
  const told = ['Theme: dark', 'The theme is dark.'];
  assert.deepEqual(lines.looksAmong(twice(...told), 'Is the theme dark or light?'), told);
  assert.deepEqual(lines.looksAmong(['A dark and light theme'], 'Is the theme dark or light?'), []);
});
