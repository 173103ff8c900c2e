/* A scripted OpenAI-compatible server: one thread, epoll, keep-alive, so that what is measured is the client.
 *
 *   cc -O2 -o mock server.c && ./mock PORT
 *
 *   POST /cC-lL-gG/v1/chat/completions   C tool calls one after the other before the reply (at most 2), L milliseconds before the
 *                                        first byte, G milliseconds between two events of a stream; without the prefix c1-l0-g0
 *   GET  /stats                          counters as JSON
 */
#define _GNU_SOURCE
#include "answers.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

typedef struct Client {
  int socket; uint32_t generation;
  char *in; size_t filled, room;
  Text out; size_t sent;
  Answer *answer; int next, gap; uint64_t id; /* the answer on its way, and its next event */
  int busy, blocked;
} Client;

typedef struct { uint64_t due; Client *client; uint32_t generation; } Timer;

static int poller;
static uint64_t requests, calls_made, replies, streams, connections, bad, bytes_in;
static Timer *timers; static int timercount, timerroom;
static Client *idle[65536]; static int idlecount;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

/* ---- what is to be done later: a heap, the earliest on top */
static void later(uint64_t due, Client *client) {
  if (timercount == timerroom && !(timers = realloc(timers, (timerroom = timerroom ? timerroom * 2 : 256) * sizeof *timers))) abort();
  int at = timercount++;
  for (; at && timers[(at - 1) / 2].due > due; at = (at - 1) / 2) timers[at] = timers[(at - 1) / 2];
  timers[at] = (Timer){due, client, client->generation};
}
static Timer earliest(void) {
  Timer top = timers[0], last = timers[--timercount];
  int at = 0;
  for (int child; (child = 2 * at + 1) < timercount; at = child) {
    if (child + 1 < timercount && timers[child + 1].due < timers[child].due) child++;
    if (timers[child].due >= last.due) break;
    timers[at] = timers[child];
  }
  timers[at] = last;
  return top;
}

/* ---- sending */
static void watch(Client *client, int blocked) {
  if (client->blocked == blocked) return;
  struct epoll_event wanted = {.events = EPOLLIN | (blocked ? EPOLLOUT : 0), .data.ptr = client};
  epoll_ctl(poller, EPOLL_CTL_MOD, client->socket, &wanted);
  client->blocked = blocked;
}
static void hang_up(Client *client) { /* kept for the next one: a timer may still point here */
  close(client->socket);
  client->socket = -1, client->generation++, client->busy = client->blocked = 0;
  client->filled = client->out.length = client->sent = 0;
  if (idlecount < 65536) idle[idlecount++] = client;
}
static void flush(Client *client) {
  while (client->sent < client->out.length) {
    ssize_t count = send(client->socket, client->out.bytes + client->sent, client->out.length - client->sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) { watch(client, 1); return; }
    if (count < 0) { hang_up(client); return; }
    client->sent += count;
  }
  client->out.length = client->sent = 0;
  watch(client, 0);
}
static void put_events(Client *client, int until) {
  Answer *answer = client->answer;
  uint32_t from = client->next ? answer->ends[client->next - 1] : 0, to = answer->ends[until - 1];
  size_t base = client->out.length;
  char id[24];
  append(&client->out, answer->text.bytes + from, to - from);
  snprintf(id, sizeof id, "%012llu", (unsigned long long)client->id);
  for (int i = 0; i < answer->idcount; i++)
    if (answer->ids[i] >= from && answer->ids[i] < to) memcpy(client->out.bytes + base + answer->ids[i] - from, id, 12);
  client->next = until;
}
static void go_on(Client *client) {
  if (client->gap && client->next + 1 < client->answer->endcount) {
    put_events(client, client->next + 1);
    later(now() + client->gap * 1000000ull, client);
  } else {
    put_events(client, client->answer->endcount);
    client->busy = 0;
  }
  flush(client);
}
static void answer_plainly(Client *client, const char *status, const char *body) {
  char head[256];
  snprintf(head, sizeof head, "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n", status, strlen(body));
  say(&client->out, head), say(&client->out, body);
  flush(client);
}

/* ---- the script: as many tool results since the customer's last message, as many calls were answered */
static int is_role(const char *at, const char *end, const char *role) {
  for (at += 6; at < end && (*at == ' ' || *at == ':'); at++);
  return at + strlen(role) + 2 < end && *at == '"' && !strncmp(at + 1, role, strlen(role)) && at[1 + strlen(role)] == '"';
}
static int results_since_customer(char *body, size_t length) {
  char *end = body + length;
  int results = 0;
  for (char *at = body; (at = memmem(at, end - at, "\"role\"", 6)); at += 6) {
    if (is_role(at, end, "user")) results = 0;
    if (is_role(at, end, "tool")) results++;
  }
  return results;
}
static int offered_set(char *body, size_t length) {
  return memmem(body, length, SETS[0][0].name, strlen(SETS[0][0].name)) ? 0 : 1;
}
static void count(Client *client) {
  char json[256];
  snprintf(json, sizeof json, "{\"requests\":%lu,\"tool_calls\":%lu,\"replies\":%lu,\"streams\":%lu,\"connections\":%lu,\"bad\":%lu,\"bytes_in\":%lu}",
    requests, calls_made, replies, streams, connections, bad, bytes_in);
  answer_plainly(client, "200 OK", json);
}
static void take(Client *client, char *head, char *body, size_t length) {
  if (!strncmp(head, "GET /stats", 10)) { count(client); return; }
  char *path = strchr(head, ' ') + 1;
  int calls = 1, delay = 0, gap = 0;
  if (sscanf(path, "/c%d-l%d-g%d/", &calls, &delay, &gap) != 3) calls = 1, delay = gap = 0;
  if (!memmem(path, strcspn(path, " "), "/chat/completions", 17)) {
    bad++;
    answer_plainly(client, "404 Not Found", "{\"error\":{\"message\":\"the mock knows only chat/completions\"}}");
    return;
  }
  int streaming = memmem(body, length, "\"stream\":true", 13) || memmem(body, length, "\"stream\": true", 14);
  int results = results_since_customer(body, length), step = results < calls && results < FINAL ? results : FINAL;
  requests++, bytes_in += length, streams += streaming;
  if (step == FINAL) replies++; else calls_made++;
  client->answer = &answers[offered_set(body, length)][step][streaming];
  client->next = 0, client->gap = gap, client->busy = 1, client->id = requests;
  if (delay) later(now() + delay * 1000000ull, client); else go_on(client);
}

/* ---- receiving */
static void take_all(Client *client) {
  while (client->socket >= 0 && !client->busy && client->filled) {
    char *end = memmem(client->in, client->filled, "\r\n\r\n", 4);
    if (!end) return;
    size_t head = end + 4 - client->in;
    char kept = client->in[head];
    client->in[head] = 0;
    char *told = strcasestr(client->in, "\r\ncontent-length:");
    int chunked = strcasestr(client->in, "\r\ntransfer-encoding: chunked") != NULL;
    client->in[head] = kept;
    if (chunked) { bad++; answer_plainly(client, "411 Length Required", "{}"); hang_up(client); return; }
    size_t length = told ? strtoul(told + 17, NULL, 10) : 0;
    if (client->filled < head + length) return;
    take(client, client->in, client->in + head, length);
    if (client->socket < 0) return;
    memmove(client->in, client->in + head + length, client->filled -= head + length);
  }
}
static void receive(Client *client) {
  for (;;) {
    if (client->room - client->filled < 65536 && !(client->in = realloc(client->in, (client->room = client->room * 2 + 131072) + 1))) abort();
    ssize_t count = recv(client->socket, client->in + client->filled, client->room - client->filled, 0);
    if (count < 0 && errno == EAGAIN) break;
    if (count <= 0) { hang_up(client); return; }
    client->filled += count;
  }
  take_all(client);
}
static void welcome(int listener) {
  int on = 1;
  for (int socket; (socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0; connections++) {
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Client *client = idlecount ? idle[--idlecount] : calloc(1, sizeof *client);
    client->socket = socket;
    epoll_ctl(poller, EPOLL_CTL_ADD, socket, &(struct epoll_event){.events = EPOLLIN, .data.ptr = client});
  }
}
static void run_timers(void) {
  for (uint64_t time = now(); timercount && timers[0].due <= time;) {
    Timer timer = earliest();
    if (timer.client->generation != timer.generation || timer.client->socket < 0) continue;
    go_on(timer.client);
    if (timer.client->socket >= 0 && !timer.client->busy) take_all(timer.client);
  }
}
int main(int count, char **words) {
  int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(count > 1 ? atoi(words[1]) : 9100), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_PDEATHSIG, SIGTERM); /* whoever started it is gone: so is it */
  prepare_answers();
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  socklen_t size = sizeof place;
  if (bind(listener, (void *)&place, size) || listen(listener, 4096)) { perror("mock"); return 1; }
  getsockname(listener, (void *)&place, &size);
  printf("%d\n", ntohs(place.sin_port)), fflush(stdout); /* port 0: the system chooses */
  poller = epoll_create1(0);
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.ptr = NULL});
  for (struct epoll_event ready[256];;) {
    struct timespec wait, *until = NULL;
    if (timercount) {
      uint64_t time = now(), left = timers[0].due > time ? timers[0].due - time : 0;
      wait = (struct timespec){left / 1000000000ull, left % 1000000000ull}, until = &wait;
    }
    int found = epoll_pwait2(poller, ready, 256, until, NULL);
    for (int i = 0; i < found; i++) {
      Client *client = ready[i].data.ptr;
      if (!client) { welcome(listener); continue; }
      if (client->socket >= 0 && ready[i].events & EPOLLOUT) flush(client);
      if (client->socket >= 0 && ready[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(client);
    }
    run_timers();
  }
}
