// A server on tmcp, an implementation independent of the SDKs: stdio, or Streamable HTTP at PORT.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { McpServer } from 'tmcp';
import { ZodJsonSchemaAdapter } from '@tmcp/adapter-zod';
import { HttpTransport } from '@tmcp/transport-http';
import { StdioTransport } from '@tmcp/transport-stdio';
import { z } from 'zod';

const server = new McpServer({ name: 'assay-subject-tmcp', version: '1.0.0' }, {
  adapter: new ZodJsonSchemaAdapter(),
  capabilities: {
    tools: { listChanged: true }, prompts: { listChanged: true }, resources: { listChanged: true, subscribe: true }, completions: {}, logging: {},
  },
});
const text = (words) => ({ content: [{ type: 'text', text: words }] });
server.tool({ name: 'test_simple_text', description: 'Answers with a line of text' }, () => text('A line of text.'));
server.tool({ name: 'add_numbers', description: 'Adds', schema: z.object({ a: z.number(), b: z.number() }) }, ({ a, b }) => text(String(a + b)));
server.resource({ name: 'static-text', description: 'A text', uri: 'test://static-text' }, (uri) => ({ contents: [{ uri, mimeType: 'text/plain', text: 'The text of a resource.' }] }));
server.template({ name: 'template', description: 'Data by id', uri: 'test://template/{id}/data' }, (uri, { id }) => ({ contents: [{ uri, mimeType: 'text/plain', text: `data of ${id}` }] }));
server.prompt({ name: 'test_simple_prompt', description: 'A prompt' }, () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'A simple prompt.' } }] }));
server.prompt({
  name: 'test_prompt_with_arguments', description: 'A prompt with arguments', schema: z.object({ arg1: z.string(), arg2: z.string() }),
  complete: { arg1: (typed) => ({ completion: { values: ['paris', 'park', 'party'].filter((one) => one.startsWith(typed)) } }) },
}, ({ arg1, arg2 }) => ({ messages: [{ role: 'user', content: { type: 'text', text: `arg1=${arg1} arg2=${arg2}` } }] }));

if (process.env.PORT === undefined) {
  new StdioTransport(server).listen();
} else {
  const transport = new HttpTransport(server, { path: '/mcp' });
  createServer(async (req, res) => {
    const body = req.method === 'POST' ? Readable.toWeb(req) : undefined;
    const gone = new AbortController();
    res.on('close', () => gone.abort());
    const request = new Request(`http://${req.headers.host}${req.url}`, { method: req.method, headers: req.headers, body, duplex: 'half', signal: gone.signal });
    const response = (await transport.respond(request)) ?? new Response(null, { status: 404 });
    res.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
    if (response.body) await pipeline(Readable.fromWeb(response.body), res).catch(() => {}); // the client may leave at any time
    else res.end();
  }).listen(Number(process.env.PORT), '127.0.0.1', function () {
    console.error(`listening on http://127.0.0.1:${this.address().port}/mcp`);
  });
}
