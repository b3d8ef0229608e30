import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOdt } from '../../../../../backend-native/server/attachments/documents/office/openDocumentFile.js';
import { readSlides } from '../../../../../backend-native/server/attachments/documents/office/slides.js';
import { pictureMark } from '../../../../../backend-native/server/attachments/documents/pictureMarks.js';
import { odf, odfStyles, pptx, relationships, shape } from '../../../../fixtures/documents/office.js';
import type { ZipEntry } from '../../../../fixtures/documents/zip.js';
import { png, solid } from '../../../../fixtures/images.js';

const square = png(solid(30, 30, [1, 2, 3]));
const nobody = () => undefined;

async function odt(body: string, more: readonly ZipEntry[] = []) {
  const { pages, notes } = await readOdt('a.odt', odf('text', body, more));
  return { text: pages[0]?.text ?? '', notes };
}

async function slide(shapes: string, more: readonly ZipEntry[] = []) {
  const { pages, notes, pictures } = await readSlides('a.pptx', pptx([{ shapes }], more), nobody);
  return { text: pages[0]?.text ?? '', notes, pictures };
}

/** Styles that a page holds; in the part of the styles they count as well. */
function styled(styles: string): ZipEntry {
  return odfStyles(`<style:header/></style:master-page>${styles}<style:master-page>`);
}

const p = (text: string) => `<text:p>${text}</text:p>`;
const cell = (inner: string) => `<table:table-cell>${inner}</table:table-cell>`;

test('a_table_in_a_cell_is_read_once', async () => {
  const inner = `<table:table><table:table-row>${cell(p('in'))}</table:table-row></table:table>`;
  const { text } = await odt(
    `<table:table><table:table-row>${cell(inner)}${cell(p('b'))}</table:table-row></table:table>`,
  );
  assert.equal(text.match(/\bin\b/g)?.length, 1);
});

test('rows_that_repeat_are_rows', async () => {
  const row = `<table:table-row table:number-rows-repeated="2">${cell(p('1'))}${cell(p('2'))}</table:table-row>`;
  assert.equal((await odt(`<table:table>${row}</table:table>`)).text, '| 1 | 2 |\n| --- | --- |\n| 1 | 2 |');
});

test('lists_are_numbered_as_their_style_says_and_go_on', async () => {
  const styles =
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" ' +
    'style:num-suffix=")"/><text:list-level-style-bullet text:level="2"/></text:list-style>';
  const item = (inner: string) => `<text:list-item>${inner}</text:list-item>`;
  const list = (inner: string, more = '') => `<text:list text:style-name="L" ${more}>${inner}</text:list>`;
  const { text } = await odt(
    list(item(p('one') + `<text:list>${item(p('in'))}</text:list>`) + item(p('two'))) +
      p('between') +
      list(item(p('three')), 'text:continue-numbering="true"') +
      list(item(p('anew'))),
    [styled(styles)],
  );
  assert.equal(text, '1) one\n   - in\n2) two\n\nbetween\n\n3) three\n\n1) anew');
});

test('hidden_text_is_left_out_and_powers_stand_apart', async () => {
  const style = (name: string, properties: string) =>
    `<style:style style:name="${name}"><style:text-properties ${properties}/></style:style>`;
  const span = (name: string, text: string) => `<text:span text:style-name="${name}">${text}</text:span>`;
  const { text, notes } = await odt(p(`10${span('S', '6')} H${span('U', '2')}O${span('H', ' unseen')}`), [
    styled(
      style('S', 'style:text-position="super 58%"') +
        style('U', 'style:text-position="-33% 58%"') +
        style('H', 'text:display="none"'),
    ),
  ]);
  assert.equal(text, '10^6 H_2O');
  assert.deepEqual(notes, [{ kind: 'hiddenElements', count: 1 }]);
});

test('what_was_chosen_and_typed_in_a_form_is_read', async () => {
  const forms =
    '<office:forms><form:form><form:listbox form:id="l"><form:option form:label="one"/><form:option form:label="two" ' +
    'form:current-selected="true"/></form:listbox>' +
    '<form:combobox form:id="c" form:current-value="picked"/><form:textarea ' +
    'form:id="t" form:current-value="typed"/></form:form></office:forms>';
  const shown = ['l', 'c', 't'].map((id) => `<draw:control draw:control="${id}"/>`).join(' ');
  assert.equal((await odt(forms + p(shown))).text, 'two picked typed');
});

test('a_chart_of_opendocument_is_its_table', async () => {
  const chart =
    '<office:document-content xmlns:office="o" xmlns:chart="c" xmlns:table="t" xmlns:text="x">' +
    '<office:body><office:chart>' +
    '<chart:chart><chart:title><text:p>Sales</text:p></chart:title><table:table>' +
    '<table:table-row><table:table-cell><text:p>' +
    'Q1</text:p></table:table-cell><table:table-cell><text:p>5</text:p></table:table-cell>' +
    '</table:table-row></table:table>' +
    '</chart:chart></office:chart></office:body></office:document-content>';
  const { text, notes } = await odt(p('<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'), [
    { name: 'Object 1/content.xml', content: chart },
  ]);
  assert.equal(text, 'Chart: Sales\n\n| Q1 | 5 |\n| --- | --- |');
  assert.deepEqual(notes, []);
});

test('a_slide_shows_its_ground_and_objects_of_other_programs_by_their_picture', async () => {
  const object =
    '<p:graphicFrame><a:graphicData><p:oleObj><p:pic><p:blipFill><a:blip r:embed="rId1"/>' +
    '</p:blipFill></p:pic></p:oleObj>' +
    '</a:graphicData></p:graphicFrame>';
  const linked = '<p:pic><p:blipFill><a:blip r:link="rId2"/></p:blipFill></p:pic>';
  const media = [
    relationships('ppt/slides/slide1.xml', { rId1: ['image', '../media/1.png'] }),
    { name: 'ppt/media/1.png', content: square },
  ];
  const { text, notes } = await slide(shape('x') + object + linked, media);
  assert.equal(text, `x\n\n${pictureMark(0)}`);
  assert.deepEqual(notes, [
    { kind: 'objectsNotRead', what: 'embedded', count: 1 },
    { kind: 'picturesLeftOut', count: 1, reason: 'remote' },
  ]);
  const ground = '</p:spTree><p:bg><a:blipFill><a:blip r:embed="rId1"/></a:blipFill></p:bg><p:spTree>';
  assert.equal((await slide(shape('x') + ground, media)).text, `${pictureMark(0)}\n\nx`);
});

test('paragraphs_of_a_slide_are_numbered_and_powers_stand_apart', async () => {
  const numbered = (text: string, start = '') =>
    `<a:p><a:pPr><a:buAutoNum type="arabicPeriod" ${start}/></a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`;
  const power = '<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline="30000"/><a:t>6</a:t></a:r></a:p>';
  const body = numbered('c', 'startAt="3"') + numbered('d', 'startAt="3"') + power + numbered('anew');
  const { text } = await slide(`<p:sp><p:txBody>${body}</p:txBody></p:sp>`);
  assert.equal(text, '3. c\n4. d\n10^6\n1. anew');
});
