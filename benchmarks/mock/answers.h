/* What the mock says: Chat Completions answers, prepared once as bytes, whole and as server-sent events. */
#ifndef ANSWERS_H
#define ANSWERS_H
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "@@@@@@@@@@@@" /* stands where each answer gets an id of its own, 12 digits */
#define MOST 128

typedef struct { char *bytes; size_t length, room; } Text;

/* An answer: its bytes, where ids go, and where each event ends (one "event" if it is not a stream). */
typedef struct { Text text; uint32_t ids[MOST * 2]; int idcount; uint32_t ends[MOST]; int endcount; } Answer;

static void append(Text *text, const char *bytes, size_t length) {
  if (text->length + length + 1 > text->room) {
    text->room = (text->length + length + 1) * 2;
    if (!(text->bytes = realloc(text->bytes, text->room))) abort();
  }
  memcpy(text->bytes + text->length, bytes, length);
  text->bytes[text->length += length] = 0;
}
static void say(Text *text, const char *words) { append(text, words, strlen(words)); }

/* The tools the script knows. A request is answered with the calls of the first set of which it offers the first tool. */
typedef struct { const char *name, *arguments; const char *parts[8]; } Call;
static const Call SETS[][2] = {
    {{"lookup_order", "{\\\"order_id\\\":\\\"1001\\\"}", {"{\\\"", "order", "_id", "\\\":\\\"", "1001", "\\\"}"}},
     {"track_shipment", "{\\\"tracking_number\\\":\\\"JD014600003\\\"}", {"{\\\"", "tracking", "_number", "\\\":\\\"", "JD014600003", "\\\"}"}}},
    {{"get_order", "{\\\"order_number\\\":\\\"1001\\\"}", {"{\\\"", "order", "_number", "\\\":\\\"", "1001", "\\\"}"}},
     {"get_product", "{\\\"product\\\":\\\"TENT-2P-GRN\\\"}", {"{\\\"", "pro", "duct", "\\\":\\\"", "TENT-2P-GRN", "\\\"}"}}},
};
enum { SETCOUNT = 2, FINAL = 2 }; /* of each set: the first call, the second call, the reply */
static const char *REPLY =
    "Your order 1001 has left our warehouse with DHL and is now on its way to you. It should arrive by Friday, "
    "6 November. You can follow it with tracking number JD014600003. Is there anything else I can do?";

static Answer answers[SETCOUNT][FINAL + 1][2]; /* the last index: whether it is streamed */

#define HEAD "HTTP/1.1 200 OK\r\nDate: Mon, 02 Nov 2026 10:00:00 GMT\r\nServer: mock\r\nConnection: keep-alive\r\n" \
  "openai-processing-ms: 12\r\nopenai-version: 2020-10-01\r\nx-ratelimit-limit-requests: 30000\r\n" \
  "x-ratelimit-limit-tokens: 150000000\r\nx-ratelimit-remaining-requests: 29999\r\nx-ratelimit-remaining-tokens: 149999000\r\n" \
  "x-ratelimit-reset-requests: 2ms\r\nx-ratelimit-reset-tokens: 0s\r\nx-request-id: req_" ID "\r\n" \
  "strict-transport-security: max-age=31536000\r\nx-content-type-options: nosniff\r\n"
#define ABOUT "\"created\":1793613600,\"model\":\"gpt-4.1-mini-2025-04-14\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_mock\""
#define USAGE "{\"prompt_tokens\":812,\"completion_tokens\":46,\"total_tokens\":858,\"prompt_tokens_details\":{\"cached_tokens\":0," \
  "\"audio_tokens\":0},\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0," \
  "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}"

static void note_ids(Answer *answer) {
  for (char *at = answer->text.bytes; (at = strstr(at, ID)); at += 12) answer->ids[answer->idcount++] = at - answer->text.bytes;
}

static void whole(Answer *answer, const Call *call) {
  char message[2048], body[4096], length[128];
  if (call)
    snprintf(message, sizeof message, "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"call_" ID "\",\"type\":"
      "\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"%s\"}}],\"refusal\":null,\"annotations\":[]}", call->name, call->arguments);
  else
    snprintf(message, sizeof message, "{\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null,\"annotations\":[]}", REPLY);
  snprintf(body, sizeof body, "{\"id\":\"chatcmpl-" ID "\",\"object\":\"chat.completion\"," ABOUT ",\"choices\":[{\"index\":0,"
    "\"message\":%s,\"logprobs\":null,\"finish_reason\":\"%s\"}],\"usage\":" USAGE "}", message, call ? "tool_calls" : "stop");
  snprintf(length, sizeof length, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n", strlen(body));
  say(&answer->text, HEAD), say(&answer->text, length), say(&answer->text, body);
  answer->ends[answer->endcount++] = answer->text.length;
  note_ids(answer);
}

static void event(Answer *answer, const char *json) {
  char size[32];
  snprintf(size, sizeof size, "%zx\r\ndata: ", strlen(json) + 8);
  say(&answer->text, size), say(&answer->text, json), say(&answer->text, "\n\n\r\n");
  if (answer->endcount >= MOST) abort();
  answer->ends[answer->endcount++] = answer->text.length;
}
static void chunk(Answer *answer, const char *delta, const char *finish) {
  char json[2048];
  snprintf(json, sizeof json, "{\"id\":\"chatcmpl-" ID "\",\"object\":\"chat.completion.chunk\"," ABOUT ",\"choices\":[{\"index\":0,"
    "\"delta\":%s,\"logprobs\":null,\"finish_reason\":%s}],\"usage\":null}", delta, finish);
  event(answer, json);
}
static void stream_call(Answer *answer, const Call *call) {
  char delta[1024];
  snprintf(delta, sizeof delta, "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,\"id\":\"call_" ID "\",\"type\":"
    "\"function\",\"function\":{\"name\":\"%s\",\"arguments\":\"\"}}],\"refusal\":null}", call->name);
  chunk(answer, delta, "null");
  for (const char *const *part = call->parts; *part; part++) {
    snprintf(delta, sizeof delta, "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"%s\"}}]}", *part);
    chunk(answer, delta, "null");
  }
}
static void stream_reply(Answer *answer) { /* a word an event; each keeps the space before it */
  char delta[128];
  chunk(answer, "{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null");
  for (const char *word = REPLY; *word;) {
    size_t length = 1 + strcspn(word + 1, " ");
    snprintf(delta, sizeof delta, "{\"content\":\"%.*s\"}", (int)length, word);
    chunk(answer, delta, "null");
    word += length;
  }
}
static void streamed(Answer *answer, const Call *call) {
  say(&answer->text, HEAD "Content-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");
  if (call) stream_call(answer, call); else stream_reply(answer);
  chunk(answer, "{}", call ? "\"tool_calls\"" : "\"stop\"");
  event(answer, "{\"id\":\"chatcmpl-" ID "\",\"object\":\"chat.completion.chunk\"," ABOUT ",\"choices\":[],\"usage\":" USAGE "}");
  event(answer, "[DONE]");
  say(&answer->text, "0\r\n\r\n");
  answer->ends[answer->endcount - 1] = answer->text.length;
  note_ids(answer);
}

static void prepare_answers(void) {
  for (int set = 0; set < SETCOUNT; set++)
    for (int step = 0; step <= FINAL; step++) {
      const Call *call = step == FINAL ? NULL : &SETS[set][step];
      whole(&answers[set][step][0], call);
      streamed(&answers[set][step][1], call);
    }
}
#endif
