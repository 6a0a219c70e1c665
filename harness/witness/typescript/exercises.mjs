// What a client of either TypeScript SDK does with our server: the exercises of the matrix, one after the other.
const within = (promise, what) => {
  let timer;
  const late = new Promise((_, fail) => (timer = setTimeout(() => fail(new Error(`${what}: nothing in time`)), 8000)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};
const insist = (condition, what) => {
  if (!condition) throw new Error(what);
};

export async function exercise({ connect, revision, client, callTool, subscribe, callTask }) {
  const report = async (name, does) => {
    try {
      await within(does(), name);
      console.log(`${name}\tok`);
      return true;
    } catch (error) {
      console.log(`${name}\t${String(error.message ?? error).replaceAll(/\s+/g, ' ').slice(0, 200)}`);
      return false;
    }
  };
  const call = (name, args = {}, options) => callTool({ name, arguments: args }, options);
  const newerThan = (date) => revision > date;

  if (await report('connect', async () => insist((await connect()) === revision, 'another revision was negotiated'))) {
    await report('list', async () => {
      let cursor, tools = [];
      do {
        const page = await client.listTools(cursor ? { cursor } : undefined);
        tools.push(...page.tools);
        cursor = page.nextCursor;
      } while (cursor);
      insist(tools.some((tool) => tool.name === 'test_simple_text'), 'a tool is missing');
      insist((await client.listResources()).resources.length > 0, 'no resources');
      insist((await client.listPrompts()).prompts.length > 0, 'no prompts');
    });
    await report('call', async () => insist((await call('test_simple_text')).content[0].text, 'no text'));
    await report('read', async () => insist((await client.readResource({ uri: 'test://static-text' })).contents[0].text, 'no text'));
    await report('prompt', async () => insist((await client.getPrompt({ name: 'test_simple_prompt' })).messages.length, 'no messages'));
    await report('complete', async () => insist(Array.isArray((await client.complete({
      ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' }, argument: { name: 'arg1', value: 'p' },
    })).completion.values), 'no values'));
    await report('progress', async () => {
      const seen = [];
      await call('test_tool_with_progress', {}, { onprogress: (progress) => seen.push(progress.progress) });
      insist(seen.length >= 3, `${seen.length} reports`);
    });
    await report('cancel', async () => {
      const control = new AbortController();
      const answer = call('test_tool_with_waiting', {}, { signal: control.signal }).then(() => 'answered', () => 'rejected');
      await call('test_simple_text');
      control.abort('enough');
      insist((await answer) === 'rejected', 'not cancelled');
      await call('test_simple_text');
    });
    if (newerThan('2025-03-26')) await report('elicitation', async () => {
      const said = await call('test_elicitation', { message: 'who?' });
      insist(JSON.stringify(said.content).includes('ada'), JSON.stringify(said));
    });
    await report('sampling', async () => {
      const said = await call('test_sampling', { prompt: 'say' });
      insist(JSON.stringify(said.content).includes('said'), JSON.stringify(said));
    });
    await report('subscribe', async () => {
      const { told } = await subscribe('test://watched-resource');
      await call('test_trigger_resource_update');
      await told;
    });
    if (callTask && newerThan('2025-06-18')) await report('task', async () => {
      const seen = [];
      for await (const each of callTask({ name: 'slow_compute', arguments: { seconds: 0.05, label: 'as a task' } })) seen.push(each);
      insist(seen.some((each) => each.type === 'taskCreated'), 'no task');
      const end = seen.at(-1);
      insist(end.type === 'result' && end.result.content[0].text.includes('as a task'), JSON.stringify(end));
    });
  }
  await client.close().catch(() => {});
  process.exit(0);
}
