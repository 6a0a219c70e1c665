// A server on the TypeScript SDK, version 2, both eras (LEGACY=reject: the modern one alone): stdio, or Streamable HTTP at
// PORT; fixtures of the contract.
import { createServer } from 'node:http';
import { McpServer, ResourceTemplate, acceptedContent, completable, createMcpHandler, inputRequired, inputResponse } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { localhostHostValidation, localhostOriginValidation, toNodeHandler } from '@modelcontextprotocol/node';
import { z } from 'zod';

const text = (words) => ({ content: [{ type: 'text', text: words }] });
let notify; // over HTTP a change is told through the handler, over stdio through the server

function make({ era } = {}) {
  const server = new McpServer({ name: 'assay-witness-typescript-v2', version: '1.0.0' }, {
    capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } },
  });
  if (era === 'legacy') // the modern era has one method for it, and the SDK has that one
    for (const method of ['resources/subscribe', 'resources/unsubscribe']) server.server.setRequestHandler(method, () => ({}));
  server.registerTool('test_simple_text', { description: 'Answers with a line of text' }, () => text('A line of text.'));
  server.registerTool('add_numbers', { description: 'Adds', inputSchema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => text(String(a + b)));
  server.registerTool('test_error_handling', { description: 'Fails' }, () => ({ ...text('This fails, as it should.'), isError: true }));
  server.registerTool('test_tool_with_progress', { description: 'Reports progress' }, async ({ mcpReq }) => {
    if (mcpReq._meta?.progressToken !== undefined)
      for (const progress of [0, 50, 100])
        await mcpReq.notify({ method: 'notifications/progress', params: { progressToken: mcpReq._meta.progressToken, progress, total: 100 } });
    return text('done');
  });
  server.registerTool('test_tool_with_waiting', { description: 'Ends when it is cancelled' }, ({ mcpReq }) =>
    new Promise((done) => mcpReq.signal.addEventListener('abort', () => {
      console.error('cancelled');
      done(text('cancelled'));
    })));
  // Over HTTP the SDK serves the legacy era without sessions, so there is nobody to ask, and no tool that does.
  if (era !== 'legacy' || process.env.PORT === undefined) {
    server.registerTool('test_elicitation', { description: 'Asks the user', inputSchema: z.object({ message: z.string() }) }, async ({ message }, { mcpReq }) => {
      const said = acceptedContent(mcpReq.inputResponses, 'user');
      if (said) return text(`the user: accept ${JSON.stringify(said)}`);
      const requestedSchema = { type: 'object', properties: { username: { type: 'string' } }, required: ['username'] };
      return inputRequired({ inputRequests: { user: inputRequired.elicit({ message, requestedSchema }) } });
    });
    server.registerTool('test_sampling', { description: 'Asks the model', inputSchema: z.object({ prompt: z.string() }) }, async ({ prompt }, { mcpReq }) => {
      const said = inputResponse(mcpReq.inputResponses, 'model');
      if (said && said.kind !== 'missing') return text(`the model: ${JSON.stringify(said)}`);
      const params = { messages: [{ role: 'user', content: { type: 'text', text: prompt } }], maxTokens: 100 };
      return inputRequired({ inputRequests: { model: inputRequired.createMessage(params) } });
    });
    server.registerTool('test_elicitation_url', { description: 'Asks the user to visit a page' }, ({ mcpReq }) => {
      const said = inputResponse(mcpReq.inputResponses, 'page');
      if (said && said.kind !== 'missing') return text(`the user: ${JSON.stringify(said)}`);
      return inputRequired({ inputRequests: { page: inputRequired.elicitUrl({ message: 'Please look at this page.', url: 'https://example.com/assay' }) } });
    });
    for (const [what, lists] of [['tool', 'tools'], ['prompt', 'prompts'], ['resource', 'resources']])
      server.registerTool(`test_trigger_${what}_change`, { description: `Tells that the ${lists} changed` }, async () => {
        if (notify) notify[`${lists}Changed`]();
        else await server.server.notification({ method: `notifications/${lists}/list_changed` });
        return text('told');
      });
  }
  server.registerTool('test_trigger_resource_update', { description: 'Tells subscribers of the watched resource' }, async () => {
    if (notify) notify.resourceUpdated('test://watched-resource');
    else await server.server.sendResourceUpdated({ uri: 'test://watched-resource' });
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
    argsSchema: z.object({ arg1: completable(z.string(), (typed) => ['paris', 'park', 'party'].filter((one) => one.startsWith(typed))), arg2: z.string() }),
  }, ({ arg1, arg2 }) => message(`arg1=${arg1} arg2=${arg2}`));
  return server;
}

if (process.env.PORT === undefined) {
  serveStdio(make, { legacy: process.env.LEGACY });
} else {
  const handler = createMcpHandler(make, { legacy: process.env.LEGACY, ...(process.env.JSON_RESPONSES === 'yes' ? { responseMode: 'json' } : {}) });
  notify = handler.notify;
  const node = toNodeHandler(handler);
  const [host, origin] = [localhostHostValidation(), localhostOriginValidation()];
  createServer((req, res) => {
    if (!host(req, res) || !origin(req, res)) return;
    if (req.url !== '/mcp') return res.writeHead(404).end();
    node(req, res);
  }).listen(Number(process.env.PORT), '127.0.0.1', function () {
    console.error(`listening on http://127.0.0.1:${this.address().port}/mcp`);
  });
}
