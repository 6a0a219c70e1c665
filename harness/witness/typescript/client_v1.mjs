// A client on the TypeScript SDK, version 1, that does what a line of the matrix asks: client_v1.mjs REVISION URL|COMMAND
// It prints one line per exercise: its name, a tab, and "ok" or what went wrong.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ElicitRequestSchema, ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { exercise } from './exercises.mjs';

const [, , revision, where] = process.argv;
const client = new Client({ name: 'assay-witness', version: '1.0.0' }, { capabilities: { elicitation: {}, sampling: {} } });
client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { username: 'ada', email: 'ada@example.com' } }));
client.setRequestHandler(CreateMessageRequestSchema, () => ({ role: 'assistant', model: 'none', content: { type: 'text', text: 'said' } }));
let updated;
client.setNotificationHandler(ResourceUpdatedNotificationSchema, () => updated?.());

const transport = where.startsWith('http')
  ? new StreamableHTTPClientTransport(new URL(where))
  : new StdioClientTransport({ command: 'sh', args: ['-c', where], stderr: 'ignore' });
await exercise({
  connect: async () => {
    let accepted;
    const set = transport.setProtocolVersion?.bind(transport);
    transport.setProtocolVersion = (version) => ((accepted = version), set?.(version));
    await client.connect(transport);
    return accepted ?? revision;
  },
  revision,
  client,
  callTool: (params, options) => client.callTool(params, undefined, options),
  callTask: (params) => client.experimental.tasks.callToolStream(params, undefined, { task: { ttl: 60000 } }),
  subscribe: async (uri) => {
    const told = new Promise((done) => (updated = done));
    await client.subscribeResource({ uri });
    return { told };
  },
});
