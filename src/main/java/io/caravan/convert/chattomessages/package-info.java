/** An OpenAI chat client in front of an upstream of the Messages format. */
package io.caravan.convert.chattomessages;
