// OpenAI's official SDK at the Responses API through a gateway: a response, a stream, a tool loop, an answer by a schema, an
// error, an error inside a stream. Prints one JSON line of what it got.
import { createRequire } from "node:module";
const require = createRequire(process.env.SDK_MODULES + "/");
const { default: OpenAI } = await import(require.resolve("openai"));

const [, , url, model, refusing, breaking] = process.argv;
const responses = new OpenAI({ baseURL: url + "/v1", apiKey: "client-key", maxRetries: 0 }).responses;
const ask = (input, more = {}) => ({ model, store: false, max_output_tokens: 500, input, ...more });
const failure = (promise) => promise.then(() => undefined, (error) => error);

const said = await responses.create(ask("say hi"));
const events = [];
const stream = responses.stream(ask("stream this"));
stream.on("event", (event) => events.push(event.type));
const streamed = await stream.finalResponse();

const schema = {
  type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false,
};
const tools = [{ type: "function", name: "get_weather", parameters: schema, strict: true }];
const question = [{ role: "user", content: 'the weather\n@call get_weather {"city":"Ulm"}' }];
const called = await responses.stream(ask(question, { tools })).finalResponse();
const use = called.output.find((item) => item.type === "function_call");
const done = await responses.create(ask(
  [...question, ...called.output, { type: "function_call_output", call_id: use.call_id, output: "sunny in Ulm" }],
  { tools },
));
const city = await responses.parse(ask("a city", {
  text: { format: { type: "json_schema", name: "city", strict: true, schema } },
}));
const refused = await failure(responses.create({ ...ask("x"), model: refusing }));
const broken = await responses.stream({ ...ask("x"), model: breaking }).finalResponse().catch((error) => error);

console.log(JSON.stringify({
  model: said.model, said: said.output_text, streamed: streamed.output_text, usage: streamed.usage, events,
  arguments: use.arguments, done: done.output_text, city: city.output_parsed ?? JSON.parse(city.output_text),
  status: refused?.status, refused: refused?.message, broken: broken?.status ?? broken?.message,
}));
