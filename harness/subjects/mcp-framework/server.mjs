// A server on the framework `mcp-framework` of npm, which stands on the TypeScript SDK 1: stdio, or Streamable HTTP at PORT.
import { MCPServer, MCPTool } from 'mcp-framework';
import { z } from 'zod';

class Simple extends MCPTool {
  name = 'test_simple_text';
  description = 'Answers with a line of text';
  schema = z.object({});
  async execute() {
    return 'A line of text.';
  }
}

class Add extends MCPTool {
  name = 'add_numbers';
  description = 'Adds';
  schema = z.object({ a: z.number().describe('one'), b: z.number().describe('the other') });
  async execute({ a, b }) {
    return String(a + b);
  }
}

const http = { type: 'http-stream', options: { host: '127.0.0.1', port: Number(process.env.PORT), endpoint: '/mcp' } };
const server = new MCPServer({ name: 'assay-subject-mcp-framework', version: '1.0.0', ...(process.env.PORT === undefined ? {} : { transport: http }) });
server.addTool(Simple);
server.addTool(Add);
await server.start();
