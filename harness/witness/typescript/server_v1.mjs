// A server on the TypeScript SDK, version 1, with fixtures of the conformance contract: stdio, or Streamable HTTP with
// sessions at PORT. It is the other side for our client, a subject for the suite, and the SDK's place in the load bench.
import { randomUUID } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import { InMemoryTaskMessageQueue, InMemoryTaskStore } from '@modelcontextprotocol/sdk/experimental/tasks/stores/in-memory.js';
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { completable } from '@modelcontextprotocol/sdk/server/completable.js';
import { ElicitResultSchema, LoggingLevelSchema, SetLevelRequestSchema, SubscribeRequestSchema, UnsubscribeRequestSchema, UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';

const text = (words) => ({ content: [{ type: 'text', text: words }] });
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const wav = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=';
const image = { type: 'image', data: png, mimeType: 'image/png' };
const embedded = (uri, mimeType, words) => ({ type: 'resource', resource: { uri, mimeType, text: words } });

export function make() {
  const server = new McpServer({ name: 'assay-witness-typescript-v1', version: '1.0.0' }, {
    capabilities: { logging: {}, resources: { subscribe: true, listChanged: true }, tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } },
    taskStore: new InMemoryTaskStore(),
    taskMessageQueue: new InMemoryTaskMessageQueue(),
  });
  const subscribed = new Set();
  server.server.setRequestHandler(SubscribeRequestSchema, ({ params }) => (subscribed.add(params.uri), {}));
  server.server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => (subscribed.delete(params.uri), {}));

  // On the stream of the call; what the SDK has for logging goes to the stream of a GET.
  const levels = LoggingLevelSchema.options;
  let minimum = 0;
  server.server.setRequestHandler(SetLevelRequestSchema, ({ params }) => (minimum = levels.indexOf(params.level), {}));

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
  server.registerTool('test_image_content', { description: 'Answers with a picture' }, () => ({ content: [image] }));
  server.registerTool('test_audio_content', { description: 'Answers with a sound' }, () => ({ content: [{ type: 'audio', data: wav, mimeType: 'audio/wav' }] }));
  server.registerTool('test_embedded_resource', { description: 'Answers with a resource' }, () =>
    ({ content: [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')] }));
  server.registerTool('test_multiple_content_types', { description: 'Answers with several kinds of content' }, () =>
    ({ content: [...text('Multiple content types test:').content, image, embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}')] }));
  server.registerTool('test_structured_content', { description: 'Answers with structured content', outputSchema: { temperature: z.number(), conditions: z.string(), humidity: z.number() } }, () => {
    const structuredContent = { temperature: 21.5, conditions: 'clear', humidity: 40 };
    return { ...text(JSON.stringify(structuredContent)), structuredContent };
  });
  server.registerTool('test_tool_with_logging', { description: 'Logs what it does' }, async ({ sendNotification }) => {
    for (const data of ['Tool execution started', 'Tool processing data', 'Tool execution completed'])
      if (levels.indexOf('info') >= minimum) await sendNotification({ method: 'notifications/message', params: { level: 'info', data } });
    return text('logged');
  });
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
  const forecast = { name: 'get_weather', description: 'The weather of a city', inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } };
  server.registerTool('test_sampling_with_tools', { description: 'Asks a model that may use a tool', inputSchema: { prompt: z.string() } }, async ({ prompt }, { requestId }) => {
    const messages = [{ role: 'user', content: { type: 'text', text: prompt } }];
    for (;;) {
      const said = await server.server.createMessage({ messages, tools: [forecast], maxTokens: 100 }, { relatedRequestId: requestId });
      const uses = [said.content].flat().filter(({ type }) => type === 'tool_use');
      if (uses.length === 0) return text(`the model: ${JSON.stringify(said.content)}`);
      const results = uses.map(({ id }) => ({ type: 'tool_result', toolUseId: id, ...text('sunny') }));
      messages.push({ role: 'assistant', content: said.content }, { role: 'user', content: results });
    }
  });
  const elicited = (name, properties) => server.registerTool(name, { description: 'Asks the user in a form' }, async ({ requestId }) => {
    const said = await server.server.elicitInput({ message: 'Please fill this in.', requestedSchema: { type: 'object', properties } }, { relatedRequestId: requestId });
    return text(`the user: ${said.action} ${JSON.stringify(said.content)}`);
  });
  elicited('test_elicitation_sep1034_defaults', {
    name: { type: 'string', default: 'John Doe' }, age: { type: 'integer', default: 30 }, score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' }, verified: { type: 'boolean', default: true },
  });
  const page = () => ({ mode: 'url', message: 'Please look at this page.', url: 'https://example.com/assay', elicitationId: randomUUID() });
  server.registerTool('test_elicitation_url', { description: 'Asks the user to visit a page' }, async ({ requestId }) =>
    text(`the user: ${(await server.server.elicitInput(page(), { relatedRequestId: requestId })).action}`));
  server.registerTool('test_url_elicitation_required', { description: 'Works once a page was visited' }, () => {
    throw new UrlElicitationRequiredError([page()]);
  });
  const titled = ['one', 'two'].map((each) => ({ const: each, title: `Number ${each}` }));
  elicited('test_elicitation_sep1330_enums', {
    untitledSingle: { type: 'string', enum: ['one', 'two'] }, titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: { type: 'string', enum: ['one', 'two'], enumNames: ['Number one', 'Number two'] },
    untitledMulti: { type: 'array', items: { type: 'string', enum: ['one', 'two'] } }, titledMulti: { type: 'array', items: { anyOf: titled } },
  });
  server.registerTool('test_roots', { description: 'Asks for the roots' }, async ({ requestId }) => {
    if (!server.server.getClientCapabilities()?.roots) return text('no roots'); // the SDK asks for roots whatever the client declared
    const { roots } = await server.server.listRoots(undefined, { relatedRequestId: requestId });
    return text(roots.map((each) => each.uri).join(' ') || 'no roots');
  });
  server.registerTool('test_trigger_tool_change', { description: 'Tells that the tools changed' }, () => (server.sendToolListChanged(), text('told')));
  server.registerTool('test_trigger_prompt_change', { description: 'Tells that the prompts changed' }, () => (server.sendPromptListChanged(), text('told')));
  server.registerTool('test_trigger_resource_change', { description: 'Tells that the resources changed' }, () => (server.sendResourceListChanged(), text('told')));
  server.registerTool('test_trigger_resource_update', { description: 'Tells subscribers of the watched resource' }, async () => {
    if (subscribed.has('test://watched-resource')) await server.server.sendResourceUpdated({ uri: 'test://watched-resource' });
    return text('told');
  });

  // A tool that runs as a task: `work` makes its result in the background.
  const task = (name, description, taskSupport, inputSchema, work) => server.experimental.tasks.registerToolTask(name, { description, inputSchema, execution: { taskSupport } }, {
    async createTask(given, extra) {
      const created = await extra.taskStore.createTask({ ttl: extra.taskRequestedTtl, pollInterval: 20 });
      work(given, extra, created.taskId)
        .then((result) => extra.taskStore.storeTaskResult(created.taskId, result.isError ? 'failed' : 'completed', result))
        .catch(() => {}); // it was cancelled meanwhile
      return { task: created };
    },
    getTask: (_, { taskId, taskStore }) => taskStore.getTask(taskId),
    getTaskResult: (_, { taskId, taskStore }) => taskStore.getTaskResult(taskId),
  });
  task('slow_compute', 'Takes its time', 'optional', { seconds: z.number(), label: z.string().optional() }, async ({ seconds, label = 'computed' }) => {
    await pass(seconds * 1000, undefined, { ref: false });
    return text(label);
  });
  task('failing_job', 'Fails', 'required', {}, async () => ({ ...text('This fails, as it should.'), isError: true }));
  task('confirm_delete', 'Asks before it deletes', 'optional', { filename: z.string() }, async ({ filename }, { sendRequest }, taskId) => {
    const requestedSchema = { type: 'object', properties: { confirm: { type: 'boolean' } }, required: ['confirm'] };
    const said = await sendRequest({ method: 'elicitation/create', params: { mode: 'form', message: `Delete ${filename}?`, requestedSchema } }, ElicitResultSchema, { relatedTask: { taskId } });
    return text(said.action === 'accept' && said.content.confirm ? 'deleted' : 'kept');
  });

  const plain = { mimeType: 'text/plain' };
  const read = (words) => (uri) => ({ contents: [{ uri: uri.href, text: words, ...plain }] });
  server.registerResource('static-text', 'test://static-text', plain, read('The text of a resource.'));
  server.registerResource('static-binary', 'test://static-binary', { mimeType: 'image/png' }, (uri) => ({ contents: [{ uri: uri.href, blob: png, mimeType: 'image/png' }] }));
  server.registerResource('watched', 'test://watched-resource', plain, read('Watched.'));
  server.registerResource('template', new ResourceTemplate('test://template/{id}/data', { list: undefined }), plain,
    (uri, { id }) => ({ contents: [{ uri: uri.href, text: `data of ${id}`, ...plain }] }));

  const message = (words) => ({ messages: [{ role: 'user', content: { type: 'text', text: words } }] });
  server.registerPrompt('test_simple_prompt', { description: 'A prompt' }, () => message('A simple prompt.'));
  server.registerPrompt('test_prompt_with_arguments', {
    description: 'A prompt with arguments',
    argsSchema: { arg1: completable(z.string(), (typed) => ['paris', 'park', 'party'].filter((one) => one.startsWith(typed))), arg2: z.string() },
  }, ({ arg1, arg2 }) => message(`arg1=${arg1} arg2=${arg2}`));
  server.registerPrompt('test_prompt_with_embedded_resource', { description: 'A prompt with a resource', argsSchema: { resourceUri: z.string() } },
    ({ resourceUri }) => ({ messages: [{ role: 'user', content: embedded(resourceUri, 'text/plain', 'Embedded.') }] }));
  server.registerPrompt('test_prompt_with_image', { description: 'A prompt with a picture' }, () => ({ messages: [{ role: 'user', content: image }] }));
  return server;
}

if (process.env.PORT === undefined) {
  process.stdin.on('end', () => process.exit()); // tasks are kept for their whole ttl
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
