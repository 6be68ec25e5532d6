import { formatOne } from '../output/list.ts';
import { print, write } from '../output/print.ts';
import { defineVerb } from '../verb.ts';
import { VERSION } from '../version.ts';

export default defineVerb<{ client?: boolean; format?: string }>({
  examples: ['version', "version --format '{{.Agent.Version}}'"],
  define: (command) =>
    command
      .option('--client', 'only this program, without asking the agent')
      .option('--format <format>', 'json or a template'),
  async run({ options, agent }) {
    if (options.client) {
      print(`box ${VERSION}`);
      return 0;
    }
    const client = { version: VERSION, node: process.versions.node };
    // What can be said without an agent is said: people ask for the version when something does not work.
    const answer = await agent.query('system.version', undefined).catch((error: unknown) => {
      if (options.format === undefined) print(`client  ${VERSION}  (Node ${client.node})`);
      throw error;
    });
    const versions = { client, agent: answer };
    const { version, build, protocol, node } = versions.agent;
    const text = `client  ${VERSION}  (Node ${client.node})\nagent   ${version}  (build ${build}, protocol ${protocol}, Node ${node})\n`;
    write(formatOne(versions, options.format) ?? text);
    return 0;
  },
});
