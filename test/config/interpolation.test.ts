/** `${env:NAME}` and `${file:PATH}` in the config file. What is refused about them stands in refused/. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is the config file's own syntax
import { expect } from 'chai';
import { load, RIGHT } from './folder.ts';

describe('${…} in the config file', () => {
  const userOf = async (written: string, env: NodeJS.ProcessEnv = {}, files = {}) => {
    const text = RIGHT.replace('immuta: {', `immuta: { user: ${written},`);
    const { config, said } = await load(text, { SECRET: 's', ...env }, files);
    return config?.callers.get('immuta')?.user ?? said;
  };

  it('stands anywhere in a value, several times', async () => {
    expect(await userOf('"a-${env:A}-${env:B}${file:f}-${env:A}"', { A: '1', B: '2' }, { f: '3' })).to.equal(
      'a-1-23-1',
    );
  });

  it('drops one newline at the end of a file, and nothing else', async () => {
    expect(await userOf('"${file:f}"', {}, { f: ' a b \n' })).to.equal(' a b ');
    expect(await userOf('"${file:f}"', {}, { f: 'a\r\n' })).to.equal('a');
    expect(await userOf('"${file:f}"', {}, { f: 'a\n\n' })).to.contain(
      'a user cannot hold control characters',
    );
  });

  it('reads files from the folder of the config file, in UTF-8, without a byte order mark', async () => {
    expect(await userOf('"${file:./sub/../f}"', {}, { f: '\ufeffü', 'sub/x': '' })).to.equal('ü');
    expect(await userOf('"${file:f}"', {}, { f: Uint8Array.of(0xfc) }))
      .to.contain('cannot read')
      .and.contain('it is not UTF-8 text');
    expect(await userOf('"${file:sub}"', {}, { 'sub/x': '' })).to.contain('it is not a file');
  });

  it('is replaced once: what stands for it is no syntax', async () => {
    expect(await userOf('"${env:A}"', { A: '${B}' })).to.equal('${B}');
    expect(await userOf('"${env:A}"', { A: '"x" # y' })).to.equal('"x" # y');
  });

  it('gives numbers, durations and booleans too', async () => {
    const text = `listen: { host: 0.0.0.0, port: "\${env:P}", plaintext: "\${env:YES}" }\ncache: { fresh: "\${env:N}m" }\n${RIGHT}`;
    const { config } = await load(text, { SECRET: 's', P: '123', YES: 'yes', N: '7' });
    expect(config?.listen.port).to.equal(123);
    expect(config?.cache.fresh).to.equal(420_000);
  });

  it('names directories and callers too', async () => {
    const text = RIGHT.replace('[corp]', '["${env:WHERE}"]').replace('[immuta]', '"im${env:WHO}"');
    const { config } = await load(text, { SECRET: 's', WHERE: 'corp', WHO: 'muta' });
    expect(config?.endpoints[0]).to.deep.include({ directories: ['corp'], callers: ['immuta'] });
  });

  it('knows no inherited variables', async () => {
    expect(await userOf('"${env:toString}"')).to.contain('the environment variable toString is not set');
  });
});
