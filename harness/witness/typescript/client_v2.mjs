// A client on the TypeScript SDK, version 2: client_v2.mjs REVISION URL|COMMAND; output as client_v1.mjs
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { exercise } from './exercises.mjs';

const [, , revision, where] = process.argv;
const modern = process.env.ERA === 'modern';
const client = new Client({ name: 'assay-witness', version: '1.0.0' }, {
  capabilities: { elicitation: {}, sampling: {} },
  versionNegotiation: { mode: modern ? { pin: revision } : 'legacy' },
});
client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { username: 'ada', email: 'ada@example.com' } }));
client.setRequestHandler('sampling/createMessage', () => ({ role: 'assistant', model: 'none', content: { type: 'text', text: 'said' } }));
let updated;
client.setNotificationHandler('notifications/resources/updated', () => updated?.());

const transport = where.startsWith('http')
  ? new StreamableHTTPClientTransport(new URL(where))
  : new StdioClientTransport({ command: 'sh', args: ['-c', where], stderr: 'ignore' });
await exercise({
  connect: async () => {
    await client.connect(transport);
    return client.getNegotiatedProtocolVersion?.() ?? revision;
  },
  revision,
  client,
  callTool: (params, options) => client.callTool(params, options),
  subscribe: async (uri) => {
    const told = new Promise((done) => (updated = done));
    if (modern) await client.listen({ resourceSubscriptions: [uri] });
    else await client.subscribeResource({ uri });
    return { told };
  },
});
