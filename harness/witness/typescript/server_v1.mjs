// A server on the TypeScript SDK, version 1, with fixtures of the conformance contract: stdio, or Streamable HTTP with
// sessions at PORT. It is the other side for our client, a subject for the suite, and the SDK's place in the load bench.
import { randomUUID } from 'node:crypto';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { SubscribeRequestSchema, UnsubscribeRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

const text = (words) => ({ content: [{ type: 'text', text: words }] });

export function make() {
  const server = new McpServer({ name: 'assay-witness-typescript-v1', version: '1.0.0' }, {
    capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } },
  });
  const subscribed = new Set();
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => (subscribed.add(params.uri), {}));
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => (subscribed.delete(params.uri), {}));

  server.registerTool('test_simple_text', { description: 'Answers with a line of text' }, () => text('A line of text.'));
  server.registerTool('add_numbers', { description: 'Adds', inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => text(String(a + b)));
  server.registerTool('test_error_handling', { description: 'Fails' }, () => ({ ...text('This fails, as it should.'), isError: true }));
  server.registerTool('test_tool_with_progress', { description: 'Reports progress' }, async ({ _meta, sendNotification }) => {
    if (_meta?.progressToken !== undefined)
      for (const progress of [0, 50, 100])
        await sendNotification({ method: 'notifications/progress', params: { progressToken: _meta.progressToken, progress, total: 100 } });
    return text('done');
  });
  server.registerTool('test_tool_with_waiting', { description: 'Ends when it is cancelled' }, ({ signal }) =>
    new Promise((done) => signal.addEventListener('abort', () => {
      console.error('cancelled');
      done(text('cancelled'));
    })));
  // The SDK's own calls: they look at what the client declared.
  server.registerTool('test_elicitation', { description: 'Asks the user', inputSchema: { message: z.string() } }, async ({ message }, { requestId }) => {
    const requestedSchema = { type: 'object', properties: { username: { type: 'string' } }, required: ['username'] };
    const said = await server.server.elicitInput({ message, requestedSchema }, { relatedRequestId: requestId });
    return text(`the user: ${said.action} ${JSON.stringify(said.content)}`);
  });
  server.registerTool('test_sampling', { description: 'Asks the model', inputSchema: { prompt: z.string() } }, async ({ prompt }, { requestId }) => {
    const messages = [{ role: 'user', content: { type: 'text', text: prompt } }];
    const said = await server.server.createMessage({ messages, maxTokens: 100 }, { relatedRequestId: requestId });
    return text(`the model: ${said.content.text}`);
  });
  server.registerTool('test_trigger_resource_update', { description: 'Tells subscribers of the watched resource' }, async () => {
    if (subscribed.has('test://watched-resource')) await server.server.sendResourceUpdated({ uri: 'test://watched-resource' });
    return text('told');
  });

  const plain = { mimeType: 'text/plain' };
  const read = (words) => (uri) => ({ contents: [{ uri: uri.href, text: words, ...plain }] });
  server.registerResource('static-text', 'test://static-text', plain, read('The text of a resource.'));
  server.registerResource('watched', 'test://watched-resource', plain, read('Watched.'));
  server.registerResource('template', new ResourceTemplate('test://template/{id}/data', { list: undefined }), plain,
    (uri, { id }) => ({ contents: [{ uri: uri.href, text: `data of ${id}`, ...plain }] }));

  const message = (words) => ({ messages: [{ role: 'user', content: { type: 'text', text: words } }] });
  server.registerPrompt('test_simple_prompt', { description: 'A prompt' }, () => message('A simple prompt.'));
  server.registerPrompt('test_prompt_with_arguments', {
    description: 'A prompt with arguments',
    argsSchema: { arg1: completable(z.string(), (typed) => ['paris', 'park', 'party'].filter((one) => one.startsWith(typed))), arg2: z.string() },
  }, ({ arg1, arg2 }) => message(`arg1=${arg1} arg2=${arg2}`));
  return server;
}

if (process.env.PORT === undefined) {
  await make().connect(new StdioServerTransport());
} else {
  const sessions = new Map();
  const app = createMcpExpressApp();
  app.all('/mcp', async (req, res) => {
    let transport = sessions.get(req.headers['mcp-session-id']);
    if (!transport && req.headers['mcp-session-id'])
      return res.status(404).json({ jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null });
    if (!transport) {
      transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        enableJsonResponse: process.env.JSON_RESPONSES === 'yes',
        onsessioninitialized: (id) => sessions.set(id, transport),
        onsessionclosed: (id) => sessions.delete(id),
      });
      await make().connect(transport);
    }
    await transport.handleRequest(req, res, req.body);
  });
  app.listen(Number(process.env.PORT), '127.0.0.1', function () {
    console.error(`listening on http://127.0.0.1:${this.address().port}/mcp`);
  });
}
