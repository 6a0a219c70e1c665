// A server on mcp-lite, an implementation independent of the SDKs that speaks HTTP only: Streamable HTTP at PORT, with sessions.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InMemorySessionAdapter, McpServer, StreamableHttpTransport } from 'mcp-lite';
import { z } from 'zod';

const server = new McpServer({ name: 'assay-subject-mcp-lite', version: '1.0.0', schemaAdapter: (schema) => z.toJSONSchema(schema) });
const text = (words) => ({ content: [{ type: 'text', text: words }] });
server.tool('test_simple_text', { description: 'Answers with a line of text', handler: () => text('A line of text.') });
server.tool('add_numbers', { description: 'Adds', inputSchema: z.object({ a: z.number(), b: z.number() }), handler: ({ a, b }) => text(String(a + b)) });
server.resource('test://static-text', { name: 'static-text', mimeType: 'text/plain' }, (uri) => ({ contents: [{ uri: uri.href, mimeType: 'text/plain', text: 'The text of a resource.' }] }));
server.prompt('test_simple_prompt', { description: 'A prompt', handler: () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'A simple prompt.' } }] }) });

const handle = new StreamableHttpTransport({ sessionAdapter: new InMemorySessionAdapter({ maxEventBufferSize: 1024 }) }).bind(server);
createServer(async (req, res) => {
  const body = req.method === 'POST' ? Readable.toWeb(req) : undefined;
  const gone = new AbortController();
  res.on('close', () => gone.abort());
  const request = new Request(`http://${req.headers.host}${req.url}`, { method: req.method, headers: req.headers, body, duplex: 'half', signal: gone.signal });
  const response = req.url.split('?')[0] === '/mcp' ? await handle(request) : new Response(null, { status: 404 });
  res.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
  if (response.body) await pipeline(Readable.fromWeb(response.body), res).catch(() => {}); // the client may leave at any time
  else res.end();
}).listen(Number(process.env.PORT), '127.0.0.1', function () {
  console.error(`listening on http://127.0.0.1:${this.address().port}/mcp`);
});
