/** OpenAI Chat Completions and its dialects, converted to and from the Messages format. Pure: no I/O. */
package io.caravan.format.openai;
