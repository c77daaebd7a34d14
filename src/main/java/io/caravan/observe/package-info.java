/** What an operator sees: logs, metrics, health. Never fails a call, never holds a secret. */
package io.caravan.observe;
