// The official TypeScript SDK through a gateway: a stream, a tool loop, an error. Prints one JSON line of what it got.
import { createRequire } from "node:module";
const require = createRequire(process.env.SDK_MODULES + "/");
const { default: Anthropic } = await import(require.resolve("@anthropic-ai/sdk"));

const client = new Anthropic({ baseURL: process.argv[2], authToken: "client-key", apiKey: null, maxRetries: 0 });
const ask = (content, more = {}) => ({
  model: "claude-sonnet-4-5", max_tokens: 500, messages: [{ role: "user", content }], ...more,
});
const text = (message) => message.content.filter((b) => b.type === "text").map((b) => b.text).join("");

const streamed = await client.messages.stream(ask("stream this")).finalMessage();

const tools = [{ name: "get_weather", input_schema: { type: "object", properties: { city: { type: "string" } } } }];
const question = ask('the weather\n@call get_weather {"city":"Ulm"}', { tools });
const call = await client.messages.create(question);
const use = call.content.find((b) => b.type === "tool_use");
const done = await client.messages.create({
  ...question,
  messages: [...question.messages, { role: "assistant", content: call.content },
    { role: "user", content: [{ type: "tool_result", tool_use_id: use.id, content: "sunny in Ulm" }] }],
});

let refused;
try {
  await client.messages.create(ask("x", { model: process.argv[3] }));
} catch (error) {
  refused = error;
}
console.log(JSON.stringify({
  model: streamed.model, streamed: text(streamed), stop: call.stop_reason, input: use.input, done: text(done),
  status: refused?.status, refused: refused?.message,
}));
