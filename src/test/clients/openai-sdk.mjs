// OpenAI's official SDK through a gateway: a chat, a stream, a streamed tool loop, JSON by a schema, an error, an error
// inside a stream. Prints one JSON line of what it got.
import { createRequire } from "node:module";
const require = createRequire(process.env.SDK_MODULES + "/");
const { default: OpenAI } = await import(require.resolve("openai"));

const [, , url, model, refusing, breaking] = process.argv;
const completions = new OpenAI({ baseURL: url + "/v1", apiKey: "client-key", maxRetries: 0 }).chat.completions;
const ask = (content, more = {}) => ({ model, max_tokens: 500, messages: [{ role: "user", content }], ...more });
const failure = (promise) => promise.then(() => undefined, (error) => error);

const said = await completions.create(ask("say hi"));
const streamed = await completions.stream(ask("stream this", { stream_options: { include_usage: true } }))
  .finalChatCompletion();

const schema = {
  type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false,
};
const tools = [{ type: "function", function: { name: "get_weather", parameters: schema } }];
const question = ask('the weather\n@call get_weather {"city":"Ulm"}', { tools });
const call = (await completions.stream(question).finalChatCompletion()).choices[0];
const use = call.message.tool_calls[0];
const done = await completions.create({
  ...question,
  messages: [...question.messages, call.message, { role: "tool", tool_call_id: use.id, content: "sunny in Ulm" }],
});

const city = await completions.create(ask("a city", {
  response_format: { type: "json_schema", json_schema: { name: "city", strict: true, schema } },
}));
const refused = await failure(completions.create({ ...ask("x"), model: refusing }));
const broken = await failure(completions.stream({ ...ask("x"), model: breaking }).finalChatCompletion());

console.log(JSON.stringify({
  model: said.model, said: said.choices[0].message.content, streamed: streamed.choices[0].message.content,
  usage: streamed.usage, finish: call.finish_reason, arguments: use.function.arguments,
  done: done.choices[0].message.content, city: city.choices[0].message.content,
  status: refused?.status, refused: refused?.message, broken: broken?.message,
}));
