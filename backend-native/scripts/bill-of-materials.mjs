/** What a VSIX is made of, as a CycloneDX document that tools for licences and advisories read. */
import { manifestOf } from './package-licences.mjs';

/**
 * @param {string} version of the extension
 * @param {readonly string[]} packageFolders npm packages that are bundled or lie beside the bundles
 * @param {readonly { name: string, version: string, licence: string }[]} others what is compiled in or carried along
 * @returns {object}
 */
export function billOfMaterials(version, packageFolders, others) {
  const packages = [...new Set(packageFolders)].sort().map((folder) => {
    const { name = '', version: packageVersion = '', license = '' } = manifestOf(folder);
    const purl = `pkg:npm/${name.replace('@', '%40')}@${packageVersion}`;
    return { type: 'library', name, version: packageVersion, purl, licenses: [{ expression: license }] };
  });
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', name: 'look-once', version } },
    components: [
      ...packages,
      ...others.map((one) => ({
        type: 'library',
        name: one.name,
        version: one.version,
        licenses: [{ expression: one.licence }],
      })),
    ],
  };
}
