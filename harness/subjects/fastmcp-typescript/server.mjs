// A server on the framework `fastmcp` of npm, which stands on the TypeScript SDK 1: stdio, or Streamable HTTP at PORT.
import { FastMCP } from 'fastmcp';
import { z } from 'zod';

const server = new FastMCP({ name: 'assay-subject-fastmcp', version: '1.0.0' });
server.addTool({ name: 'test_simple_text', description: 'Answers with a line of text', execute: async () => 'A line of text.' });
server.addTool({ name: 'add_numbers', description: 'Adds', parameters: z.object({ a: z.number(), b: z.number() }), execute: async ({ a, b }) => String(a + b) });
server.addResource({ uri: 'test://static-text', name: 'static-text', mimeType: 'text/plain', load: async () => ({ text: 'The text of a resource.' }) });
server.addResourceTemplate({
  uriTemplate: 'test://template/{id}/data', name: 'template', mimeType: 'text/plain', arguments: [{ name: 'id', required: true }],
  load: async ({ id }) => ({ text: `data of ${id}` }),
});
server.addPrompt({ name: 'test_simple_prompt', description: 'A prompt', load: async () => 'A simple prompt.' });
server.addPrompt({
  name: 'test_prompt_with_arguments', description: 'A prompt with arguments',
  arguments: [{ name: 'arg1', required: true, complete: async (typed) => ({ values: ['paris', 'park', 'party'].filter((one) => one.startsWith(typed)) }) }, { name: 'arg2', required: true }],
  load: async ({ arg1, arg2 }) => `arg1=${arg1} arg2=${arg2}`,
});

if (process.env.PORT === undefined) await server.start({ transportType: 'stdio' });
else await server.start({ transportType: 'httpStream', httpStream: { host: '127.0.0.1', port: Number(process.env.PORT) } });
