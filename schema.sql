-- Steward's two kinds of database, as they are today. src/store/schema.rs reads this file; steps from older versions
-- live there too, and a test proves that an old file with its steps equals this.
-- Times are milliseconds since 1970-01-01 UTC, money is minor units, ids are UUID version 7 in text.

-- ==== control: steward.db ====

create table businesses (
  id text primary key,
  slug text not null constraint businesses_slug unique,
  name text not null,
  template text not null,
  public integer not null default 0,
  about text not null default '',
  created_at integer not null
) strict, without rowid;

create table members (
  id text primary key,
  email text not null constraint members_email unique,
  name text not null default '',
  password_hash text,
  created_at integer not null
) strict, without rowid;

create table memberships (
  member_id text not null references members(id) on delete cascade,
  business_id text not null references businesses(id) on delete cascade,
  role text not null,
  primary key (member_id, business_id)
) strict, without rowid;
create index memberships_business on memberships(business_id);

-- API keys; only the SHA-256 of the key is kept.
create table keys (
  id text primary key,
  business_id text not null references businesses(id) on delete cascade,
  name text not null,
  hash text not null constraint keys_hash unique,
  hint text not null,
  role text not null,
  created_at integer not null,
  revoked_at integer
) strict, without rowid;
create index keys_business on keys(business_id);

-- Signed-in browsers and API refresh tokens; only the SHA-256 of the token is kept.
create table sessions (
  hash text primary key,
  member_id text not null references members(id) on delete cascade,
  business_id text,
  kind text not null,
  created_at integer not null,
  expires_at integer not null
) strict, without rowid;

-- One-time links: first set-up, sign-in of the demo, new password.
create table links (
  hash text primary key,
  kind text not null,
  member_id text references members(id) on delete cascade,
  business_id text references businesses(id) on delete cascade,
  expires_at integer not null,
  used_at integer
) strict, without rowid;

-- Who is invited joins by the link alone; until then they are no member. Only the SHA-256 of the link's token is kept.
create table invitations (
  id text primary key,
  hash text not null constraint invitations_hash unique,
  business_id text not null references businesses(id) on delete cascade,
  email text not null,
  name text not null default '',
  role text not null,
  created_at integer not null,
  expires_at integer not null,
  constraint invitations_person unique (business_id, email)
) strict, without rowid;

-- Which business an account at a channel belongs to. `sealed` is encrypted with master.key.
create table connections (
  channel text not null,
  account text not null,
  business_id text not null references businesses(id) on delete cascade,
  sealed blob not null,
  simulated integer not null default 0,
  -- The account above it at the provider: WhatsApp's business account, which owns the templates; empty until it is known.
  business_account text not null default '',
  created_at integer not null,
  constraint connections_account primary key (channel, account)
) strict, without rowid;
create index connections_business on connections(business_id);

-- Keys this server made for itself, encrypted with master.key.
create table own_keys (
  name text primary key,
  sealed blob not null,
  created_at integer not null
) strict, without rowid;

-- Phones and browsers on which members are told that something waits. `sealed` is where to tell them and by which keys, encrypted
-- with master.key; `mark` is the SHA-256 of the address, so that each is there once for a business.
create table devices (
  id text primary key,
  member_id text not null,
  business_id text not null,
  name text not null,
  mark text not null,
  sealed blob not null,
  -- Why the last nudge did not reach it; empty when it did.
  problem text not null default '',
  created_at integer not null,
  told_at integer,
  constraint devices_once unique (business_id, mark),
  foreign key (member_id, business_id) references memberships(member_id, business_id) on delete cascade
) strict, without rowid;
create index devices_member on devices(member_id, business_id);

-- ==== business: businesses/<id>/business.db ====

-- The profile and small counters, as JSON.
create table meta (
  key text primary key,
  value text not null
) strict, without rowid;

create table contacts (
  id text primary key,
  name text not null default '',
  language text not null default 'en',
  note text not null default '',
  consent integer,
  -- Wants replies spoken, where the channel carries sound.
  spoken integer not null default 0,
  -- The contact this one was found to be; it is then no longer listed.
  merged_into text,
  created_at integer not null,
  -- The person asked to be forgotten: the row stays only because an order or a deposit points to it, and says nothing.
  erased_at integer
) strict, without rowid;

create table identities (
  kind text not null,
  value text not null,
  contact_id text not null references contacts(id) on delete cascade,
  constraint identities_value primary key (kind, value)
) strict, without rowid;
create index identities_contact on identities(contact_id);

create table conversations (
  id text primary key,
  contact_id text not null references contacts(id) on delete cascade,
  channel text not null,
  account text not null default '',
  mode text not null default 'agent',
  waiting_since integer,
  waiting_reason text not null default '',
  waiting_summary text not null default '',
  closed integer not null default 0,
  last_inbound_at integer,
  last_message_at integer not null,
  last_text text not null default '',
  last_author text not null default 'customer',
  unread integer not null default 0,
  turn_epoch integer not null default 0,
  -- The newest customer message a turn has taken up; what is newer waits for the next.
  taken_up_to text not null default '',
  burst_since integer,
  draft text not null default '{}',
  memo text
) strict, without rowid;
create unique index conversations_contact on conversations(contact_id, channel, account);
create index conversations_recent on conversations(last_message_at);
create index conversations_waiting on conversations(waiting_since) where waiting_since is not null;

-- A message to a customer is its own outbox row: `intent` says what it is for, once; `delivery` what is known of it.
create table messages (
  id text primary key,
  conversation_id text not null references conversations(id) on delete cascade,
  direction text not null,
  author text not null,
  author_name text not null default '',
  kind text not null,
  text text not null,
  -- The whole content as JSON; null for plain text.
  content text,
  delivery text not null,
  attempts integer not null default 0,
  problem text,
  provider_id text,
  reply_to text,
  run_id text,
  intent text,
  -- The conversation's turn_epoch when a reply was planned; null for what people write.
  turn_epoch integer,
  -- What the provider sent, when we could not read all of it.
  raw text,
  created_at integer not null,
  settled_at integer
) strict, without rowid;
create index messages_thread on messages(conversation_id, id);
create unique index messages_provider on messages(provider_id) where provider_id is not null;
create unique index messages_intent on messages(intent) where intent is not null;
-- Spelt out: for a list of three SQLite would make a table of its own whenever a message is written.
create index messages_unsettled on messages(delivery, id) where delivery = 'sending' or delivery = 'unknown' or delivery = 'failed';

create table items (
  id text primary key,
  sku text not null constraint items_sku unique,
  name text not null,
  aliases text not null default '[]',
  description text not null default '',
  category text not null default '',
  price_minor integer not null constraint items_price check (price_minor >= 0),
  unit text not null default '',
  stock integer constraint items_stock check (stock is null or stock >= 0),
  available integer not null default 1,
  options text not null default '[]',
  photo text,
  attributes text not null default '{}',
  deleted_at integer,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create table orders (
  id text primary key,
  number integer not null constraint orders_number unique,
  contact_id text not null references contacts(id),
  conversation_id text references conversations(id),
  status text not null,
  lines text not null,
  subtotal_minor integer not null,
  delivery_minor integer not null,
  total_minor integer not null constraint orders_total check (total_minor >= 0),
  fulfilment text not null,
  address text not null default '',
  reference text not null constraint orders_reference unique,
  expires_at integer,
  created_at integer not null,
  updated_at integer not null,
  note text not null default ''
) strict, without rowid;
create index orders_status on orders(status, id);
create index orders_contact on orders(contact_id, id);

create table order_history (
  id integer primary key,
  order_id text not null references orders(id) on delete cascade,
  at integer not null,
  from_status text,
  to_status text not null,
  actor text not null,
  note text not null default ''
) strict;
create index order_history_order on order_history(order_id, id);

create table payments (
  id text primary key,
  order_id text not null constraint payments_order unique references orders(id) on delete cascade,
  state text not null,
  amount_minor integer not null,
  claimed_at integer,
  decided_at integer,
  decided_by text not null default '',
  note text not null default ''
) strict, without rowid;
create index payments_state on payments(state, claimed_at);

-- One execution: a turn of a conversation, whose steps are in `trace`, or a run of a graph, whose steps are in `run_steps`. The columns to
-- `ended_at` are what both have and pages show (store/runs.rs); those after it are of graphs alone (store/house/run.rs).
create table runs (
  id text primary key,
  agent text not null,
  conversation_id text,
  state text not null,
  model text not null default '',
  understood text not null default '',
  outcome text not null default '',
  prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0,
  cost_micros integer not null default 0,
  trace text not null default '[]',
  checkpoint text,
  started_at integer not null,
  ended_at integer,
  -- Of a graph's run: the version it is pinned to (0 for a turn), the step before which it stands, and what it waits for.
  version integer not null default 0,
  node text not null default '',
  wait text not null default '',
  steps integer not null default 0,
  -- What it was started with, and what came of it.
  input text not null default 'null',
  result text not null default 'null',
  -- What it is for, so that it is started once.
  key text,
  -- A branch or sub-run: whose, of which step, and its place among its siblings.
  parent_id text,
  parent_step integer not null default 0,
  branch integer not null default 0,
  -- A trial from a checkpoint of another run: nothing it planned was done.
  fork_of text,
  fork_step integer not null default 0
) strict, without rowid;
create index runs_conversation on runs(conversation_id, id);
create index runs_open on runs(conversation_id) where state = 'running';
create index runs_standing on runs(state, id) where version > 0;
create unique index runs_key on runs(key) where key is not null;
create unique index runs_parent on runs(parent_id, parent_step, branch) where parent_id is not null;
create index runs_fork on runs(fork_of) where fork_of is not null;

create table events (
  id integer primary key autoincrement,
  at integer not null,
  kind text not null,
  conversation_id text,
  order_id text,
  run_id text,
  data text not null
) strict;

-- Webhook bodies as they came: 'done', 'failed' (listed for the owner, can be replayed).
create table inbox (
  id integer primary key,
  channel text not null,
  received_at integer not null,
  body blob not null,
  state text not null,
  problem text
) strict;
create index inbox_failed on inbox(id) where state = 'failed';

create table jobs (
  id integer primary key,
  kind text not null,
  payload text not null,
  dedupe text,
  due_at integer not null,
  attempts integer not null default 0,
  -- 'ready', 'leased' until lease_until, or 'dead'.
  state text not null,
  lease_until integer,
  error text,
  created_at integer not null
) strict;
create unique index jobs_dedupe on jobs(dedupe) where dedupe is not null;
create index jobs_due on jobs(state, due_at);

-- Recurring work: the job to enqueue and how often.
create table schedules (
  name text primary key,
  payload text not null,
  every_ms integer not null,
  next_at integer not null
) strict, without rowid;

-- What models used, by day of the business's clock.
create table usage (
  day text not null,
  model text not null,
  calls integer not null default 0,
  prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0,
  cost_micros integer not null default 0,
  reserved_micros integer not null default 0,
  primary key (day, model)
) strict, without rowid;

-- Writes a client may repeat: the first answer is given again.
create table idempotency (
  key text primary key,
  request text not null,
  status integer not null,
  body text not null,
  at integer not null
) strict, without rowid;

create table imports (
  id text primary key,
  kind text not null,
  file_name text not null,
  state text not null,
  dry_run integer not null,
  total integer not null default 0,
  done integer not null default 0,
  failed integer not null default 0,
  errors text not null default '[]',
  started_at integer not null,
  ended_at integer
) strict, without rowid;

-- What arrived at, and left from, simulated phones.
create table simulator_messages (
  id integer primary key,
  phone text not null,
  direction text not null,
  provider_id text,
  body text not null,
  delivery text not null default '',
  at integer not null
) strict;
create index simulator_messages_phone on simulator_messages(phone, id);
create unique index simulator_messages_provider on simulator_messages(provider_id) where provider_id is not null;

-- ---- messages Meta approved in advance, and models of this business's own ----

-- Templates of a WhatsApp number, as they were when Meta was last asked or told us; `content` is all of it as JSON.
create table templates (
  account text not null,
  name text not null,
  language text not null,
  status text not null,
  content text not null,
  updated_at integer not null,
  primary key (account, name, language)
) strict, without rowid;

-- Language models the owner chose; `sealed` is the key, encrypted with master.key. Without a price the price table's counts.
create table models (
  id text primary key,
  service text not null,
  base_url text not null,
  model text not null,
  purpose text not null,
  place integer not null,
  prompt_micros integer,
  completion_micros integer,
  sealed blob not null,
  look text,
  created_at integer not null,
  constraint models_once unique (service, base_url, model)
) strict, without rowid;
-- ---- Knowledge: what the owner gives to answer from, its passages, and questions nothing answered ----

create table documents (
  id text primary key,
  -- The assistant that alone may use it; null: all may.
  assistant text,
  title text not null,
  source text not null,
  format text not null,
  file_name text not null default '',
  url text not null default '',
  -- Its bytes in media/; null until a page was fetched, and for what is kept as passages only.
  original text,
  bytes integer not null default 0,
  state text not null,
  problem text not null default '',
  pages integer not null default 0,
  passages integer not null default 0,
  done integer not null default 0,
  used integer not null default 0,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

create table chunks (
  id text primary key,
  document_id text not null references documents(id) on delete cascade,
  place integer not null,
  section text not null default '',
  page integer,
  text text not null
) strict, without rowid;
create index chunks_document on chunks(document_id, place);

-- A question no document answered: 'open', 'answered' or 'dismissed'.
create table gaps (
  id text primary key,
  conversation_id text references conversations(id) on delete cascade,
  question text not null,
  state text not null,
  asked_at integer not null,
  settled_at integer
) strict, without rowid;
create index gaps_open on gaps(asked_at) where state = 'open';
create index gaps_conversation on gaps(conversation_id);

-- ---- reception: memory, assistants, intents, saved answers ----

-- What customers told about themselves. `slot` is what may be known once ("address:office", "allergy:peanut").
create table facts (
  id text primary key,
  contact_id text not null references contacts(id) on delete cascade,
  slot text not null,
  kind text not null,
  text text not null,
  detail text not null,
  -- The customer's message it was read from; null for what a member wrote down.
  message_id text,
  source text not null,
  confidence integer not null,
  created_at integer not null,
  expires_at integer,
  -- Forgotten facts keep their row's shape but not their words.
  forgotten_at integer
) strict, without rowid;
create unique index facts_slot on facts(contact_id, slot) where forgotten_at is null;
create index facts_contact on facts(contact_id);

-- Who answers customers, by channel: several for a business.
create table assistants (
  id text primary key,
  name text not null constraint assistants_name unique,
  title text not null,
  tone text not null,
  languages text not null,
  -- Null: at any hour.
  hours text,
  channels text not null,
  -- Null: every document.
  documents text,
  greeting text not null,
  sign_off text not null,
  desks text not null,
  is_default integer not null,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;

-- The owner's own intents; the seven of the program are always there.
create table intents (
  name text primary key,
  title text not null,
  acts_as text not null,
  created_at integer not null
) strict, without rowid;

-- Examples the owner added, or (removed = 1) took away from those of the program.
create table intent_examples (
  id text primary key,
  folded text not null constraint intent_examples_text unique,
  text text not null,
  intent text not null,
  language text not null,
  message_id text,
  removed integer not null,
  created_at integer not null
) strict, without rowid;

-- Answers from documents that are given again to whoever asks the same. `norm` is the question as written but for case and
-- politeness, `meaning` what it asks; `stamp` the versions it was made from: another stamp and it is not given.
create table saved_answers (
  id text primary key,
  assistant text not null,
  language text not null,
  norm text not null,
  meaning text not null,
  question text not null,
  answer text not null,
  source text not null,
  stamp text not null,
  hits integer not null default 0,
  created_at integer not null,
  used_at integer
) strict, without rowid;
create unique index saved_answers_norm on saved_answers(assistant, language, norm);
create index saved_answers_meaning on saved_answers(assistant, language, meaning);

-- ---- buying ----

-- Whom the business buys from; `data` is all of it as JSON.
create table vendors (
  id text primary key,
  name text not null,
  phone text,
  data text not null,
  deleted_at integer
) strict, without rowid;
create index vendors_name on vendors(name) where deleted_at is null;
create unique index vendors_phone on vendors(phone) where phone is not null and deleted_at is null;

create table purchases (
  id text primary key,
  number integer not null constraint purchases_number unique,
  status text not null,
  run_id text,
  data text not null,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;
create index purchases_status on purchases(status, id);

-- One negotiation with one vendor; `data` is the call with its ledger.
create table calls (
  id text primary key,
  purchase_id text not null references purchases(id) on delete cascade,
  vendor_id text not null,
  contact_id text,
  -- The carrier's id of a call by telephone.
  provider_id text,
  state text not null,
  data text not null,
  constraint calls_once unique (purchase_id, vendor_id)
) strict, without rowid;
create index calls_contact on calls(contact_id) where contact_id is not null;
create index calls_provider on calls(provider_id) where provider_id is not null;

-- News of calls by telephone that was heard, with what was answered: told again, it changes nothing and hears the same.
create table call_news (
  call_id text not null references calls(id) on delete cascade,
  news text not null,
  answer text not null,
  at integer not null,
  primary key (call_id, news)
) strict, without rowid;

create table call_lines (
  id integer primary key,
  call_id text not null references calls(id) on delete cascade,
  ours integer not null,
  text text not null,
  -- The message it came in or went out by; a message is one line.
  message_id text,
  at integer not null
) strict;
create index call_lines_call on call_lines(call_id, id);
create unique index call_lines_message on call_lines(message_id) where message_id is not null;

-- Prices that stand. Nothing is ordered without one.
create table quotes (
  id text primary key,
  call_id text not null references calls(id) on delete cascade,
  vendor_id text not null,
  offer text not null,
  total_minor integer not null constraint quotes_total check (total_minor >= 0),
  valid_until integer not null,
  created_at integer not null
) strict, without rowid;
create index quotes_call on quotes(call_id, id);

-- Money for vendors: one payment for each vendor of a purchase.
create table purchase_payments (
  id text primary key,
  purchase_id text not null references purchases(id) on delete cascade,
  vendor_id text not null,
  method text not null,
  amount_minor integer not null constraint purchase_payments_amount check (amount_minor > 0),
  state text not null,
  reference text not null default '',
  problem text not null default '',
  vendor_name text not null,
  created_at integer not null,
  settled_at integer,
  constraint purchase_payments_once unique (purchase_id, vendor_id)
) strict, without rowid;

-- The pretended bank's own book: what it has really moved, by the key it was asked under.
create table sandbox_payments (
  key text primary key,
  amount_minor integer not null,
  receiver text not null,
  at integer not null
) strict, without rowid;

create table deliveries (
  id text primary key,
  purchase_id text not null references purchases(id) on delete cascade,
  vendor_id text not null,
  data text not null,
  at integer not null,
  constraint deliveries_once unique (purchase_id, vendor_id)
) strict, without rowid;
create index deliveries_vendor on deliveries(vendor_id, at);

-- Choices between offers, from which the owner's taste is learned.
create table choices (
  id integer primary key,
  purchase_id text not null,
  data text not null,
  at integer not null
) strict;

-- Pretended sellers behind simulated phones.
create table simulator_sellers (
  phone text primary key,
  data text not null
) strict, without rowid;

-- ---- channels ----

-- Contacts found to be one person; `moved` names the rows by table and key, so that it can be undone.
create table contact_merges (
  id text primary key,
  kept_id text not null,
  gone_id text not null,
  moved text not null,
  actor text not null,
  at integer not null,
  undone_at integer
) strict, without rowid;
create index contact_merges_kept on contact_merges(kept_id, id);

-- ==== search ====

-- Everything that can be found by word and by meaning, one row for each thing. `n` is its number in the words table of its kind
-- and in `vectors`. `rev` grows with every change of its kind, so that an index in memory reads only what is new; a thing that
-- is gone keeps its row, without text, until the indexes have seen it.
create table searchables (
  n integer primary key,
  kind text not null,
  id text not null,
  text text not null,
  gone integer not null default 0,
  rev integer not null
) strict;
create unique index searchables_id on searchables(kind, id);
create unique index searchables_rev on searchables(kind, rev);

-- 32-bit floats, little-endian, as sqlite-vec's functions read them. A thing has one vector for each part of its text.
create table vectors (
  n integer not null references searchables(n) on delete cascade,
  model text not null,
  part integer not null,
  dims integer not null,
  vector blob not null,
  primary key (n, model, part)
) strict;

create virtual table item_words using fts5(title, body, title_stems, body_stems, content='', contentless_delete=1, prefix='2 3', tokenize="unicode61 remove_diacritics 2");
create virtual table chunk_words using fts5(title, body, title_stems, body_stems, content='', contentless_delete=1, prefix='3', tokenize="unicode61 remove_diacritics 2");
create virtual table answer_words using fts5(title, body, title_stems, body_stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
create virtual table vendor_words using fts5(title, body, title_stems, body_stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
create virtual table fact_words using fts5(title, body, title_stems, body_stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
create virtual table example_words using fts5(title, body, title_stems, body_stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
-- ---- bookings ----

-- What can be booked; `units` alike of it.
create table resources (
  id text primary key,
  name text not null constraint resources_name unique,
  kind text not null,
  seats_min integer not null,
  seats_max integer not null,
  units integer not null,
  area text not null default '',
  combines integer not null default 0,
  minutes integer not null,
  pause_min integer not null default 0,
  hours text,
  active integer not null default 1,
  position integer not null default 0
) strict, without rowid;

create table bookings (
  id text primary key,
  number integer not null constraint bookings_number unique,
  contact_id text not null references contacts(id) on delete cascade,
  conversation_id text references conversations(id) on delete set null,
  status text not null,
  kind text not null,
  places text not null,
  starts_at integer not null,
  ends_at integer not null,
  party integer not null constraint bookings_party check (party > 0),
  name text not null default '',
  note text not null default '',
  deposit_minor integer not null default 0,
  hold_until integer,
  reason text not null default '',
  version integer not null default 1,
  token text not null constraint bookings_token unique,
  created_at integer not null,
  updated_at integer not null
) strict, without rowid;
create index bookings_starts on bookings(starts_at);
create index bookings_contact on bookings(contact_id, starts_at);
create index bookings_undecided on bookings(starts_at) where status in ('requested', 'held');

-- Each piece of time of each thing belongs to one booking at most: this is what makes double booking impossible.
-- `piece` counts quarters of an hour since 1970, or days for what is booked by the night.
create table booking_slots (
  resource_id text not null references resources(id),
  unit integer not null,
  piece integer not null,
  booking_id text not null references bookings(id) on delete cascade,
  constraint booking_slots_once primary key (resource_id, unit, piece)
) strict, without rowid;
create index booking_slots_booking on booking_slots(booking_id);

create table booking_history (
  id integer primary key,
  booking_id text not null references bookings(id) on delete cascade,
  at integer not null,
  what text not null,
  actor text not null,
  note text not null default ''
) strict;
create index booking_history_booking on booking_history(booking_id, id);

create table waitlist (
  id text primary key,
  contact_id text not null references contacts(id) on delete cascade,
  conversation_id text references conversations(id) on delete set null,
  kind text not null,
  starts_at integer not null,
  nights integer not null default 0,
  party integer not null,
  name text not null default '',
  state text not null,
  booking_id text references bookings(id) on delete set null,
  created_at integer not null
) strict, without rowid;
create index waitlist_open on waitlist(starts_at) where state in ('waiting', 'offered');
create index waitlist_contact on waitlist(contact_id);

-- ---- longer runs ----

-- One step of a graph's run: what it heard, how the state changed, what it decided. `patch` leads from the state before to
-- the state after; `snapshot` is the whole state, written when the patches since the last one are as long as it.
create table run_steps (
  run_id text not null references runs(id) on delete cascade,
  seq integer not null,
  node text not null,
  at integer not null,
  took_us integer not null,
  event text not null,
  patch text,
  snapshot text,
  next text not null,
  note text not null default '',
  primary key (run_id, seq)
) strict, without rowid;

-- Deeds beyond a run's own state. A key says what is meant and is there once: planned, sending, confirmed, failed, unknown
-- or dropped. One that is unknown is never tried again before somebody knows.
create table effects (
  id integer primary key,
  key text not null constraint effects_key unique,
  run_id text not null,
  step integer not null,
  deed text not null,
  input text not null,
  state text not null,
  result text not null default 'null',
  problem text not null default '',
  attempts integer not null default 0,
  looks integer not null default 0,
  prompt_tokens integer not null default 0,
  completion_tokens integer not null default 0,
  cost_micros integer not null default 0,
  planned_at integer not null,
  sent_at integer,
  settled_at integer,
  settled_by text not null default ''
) strict;
create index effects_run on effects(run_id, step);
create index effects_unknown on effects(id) where state = 'unknown';

-- Under which keys a run gets letters, and the letters it has not read.
create table run_keys (
  key text not null,
  run_id text not null references runs(id) on delete cascade,
  primary key (key, run_id)
) strict, without rowid;
create index run_keys_run on run_keys(run_id);
create table run_letters (
  id integer primary key,
  run_id text not null references runs(id) on delete cascade,
  key text not null,
  data text not null
) strict;
create index run_letters_run on run_letters(run_id, id);

-- Questions to people of the business. Each key is asked once and decided once, whoever answers first.
create table approvals (
  id text primary key,
  key text not null constraint approvals_key unique,
  run_id text,
  title text not null,
  facts text not null default '[]',
  amount_minor integer,
  currency text not null default '',
  url text not null default '',
  -- How many different people must agree.
  needed integer not null,
  state text not null,
  expires_at integer not null,
  nudged_at integer,
  decided_at integer,
  decided_by text not null default '',
  decided_way text not null default '',
  note text not null default '',
  created_at integer not null
) strict, without rowid;
create index approvals_state on approvals(state, id);
create index approvals_run on approvals(run_id) where run_id is not null;

create table approval_votes (
  approval_id text not null references approvals(id) on delete cascade,
  -- The member, or the key, who said it; each once.
  voter text not null,
  name text not null,
  way text not null,
  yes integer not null,
  note text not null default '',
  at integer not null,
  primary key (approval_id, voter)
) strict;

-- Phones from which members decide. A phone is a member's once a message with the member's code has come from it.
create table member_phones (
  member_id text primary key,
  name text not null,
  phone text constraint member_phones_phone unique,
  code text not null default '',
  code_until integer not null default 0,
  verified_at integer
) strict, without rowid;

-- ---- money: payment pages, what gateways told, refunds ----

-- A payment page of a gateway for an order. The built-in pay page is found by `token`, a gateway's news by `reference` or `payment_id`.
create table checkouts (
  id text primary key,
  order_id text not null unique references orders(id) on delete cascade,
  gateway text not null,
  reference text not null unique,
  amount_minor integer not null check (amount_minor > 0),
  currency text not null,
  state text not null,
  token text not null unique,
  url text not null default '',
  provider_id text not null default '',
  payment_id text not null default '',
  problem text not null default '',
  attempts integer not null default 0,
  created_at integer not null,
  settled_at integer
) strict, without rowid;
create index checkouts_payment on checkouts(payment_id) where payment_id <> '';

-- News of gateways that were heard: the same news twice changes nothing.
create table gateway_news (
  gateway text not null,
  event text not null,
  at integer not null,
  primary key (gateway, event)
) strict, without rowid;

create table refunds (
  id text primary key,
  order_id text not null references orders(id) on delete cascade,
  -- The gateway's word; empty: given back by hand.
  gateway text not null,
  amount_minor integer not null check (amount_minor > 0),
  reason text not null,
  state text not null,
  provider_id text not null default '',
  problem text not null default '',
  asked_by text not null,
  created_at integer not null,
  settled_at integer
) strict, without rowid;
create index refunds_order on refunds(order_id, id);

-- Invoices and receipts as they were issued; `data` is all of it as JSON. Rows are never deleted: numbers have no gap.
create table invoices (
  kind text not null,
  number integer not null,
  order_id text not null references orders(id),
  data text not null,
  issued_at integer not null,
  primary key (kind, number),
  unique (order_id, kind)
) strict, without rowid;
-- ---- people: being forgotten, and who did what ----

-- The ids and numbers of somebody who is being erased; filled and emptied in one transaction.
create table erasing (
  kind text not null,
  id text not null,
  primary key (kind, id)
) strict, without rowid;

-- That somebody was erased, and the proof: counts, and where their words were looked for afterwards. Nothing of the person.
-- 'begun' until the files are gone and the database was rewritten; `media` names the files still to delete.
create table erasures (
  id text primary key,
  contact_id text not null,
  actor text not null,
  state text not null,
  counts text not null,
  media text not null,
  proof text not null default 'null',
  at integer not null,
  done_at integer
) strict, without rowid;
create index erasures_at on erasures(at);

-- Who did what, each row sealed by the hash of the one before it.
create table audit (
  n integer primary key,
  at integer not null,
  actor text not null,
  deed text not null,
  about text not null default '',
  hash text not null
) strict;

-- Yes or no to being written to first, with its proof. Rows are only added; the newest one holds.
create table consents (
  id integer primary key,
  contact_id text not null references contacts(id) on delete cascade,
  given integer not null,
  -- How: "in the chat", "on paper", "by phone", "WhatsApp's switch".
  way text not null,
  -- What was asked or said, word for word.
  words text not null default '',
  actor text not null,
  message_id text,
  at integer not null
) strict;
create index consents_contact on consents(contact_id, id);

create table contact_tags (
  contact_id text not null references contacts(id) on delete cascade,
  tag text not null,
  primary key (contact_id, tag)
) strict, without rowid;
create index contact_tags_tag on contact_tags(tag);

-- What the team writes to itself about a customer; in a thread when it was written there.
create table notes (
  id text primary key,
  contact_id text not null references contacts(id) on delete cascade,
  conversation_id text references conversations(id) on delete set null,
  author text not null,
  text text not null,
  at integer not null
) strict, without rowid;
create index notes_contact on notes(contact_id, id);
create index notes_conversation on notes(conversation_id, id) where conversation_id is not null;

-- Groups of customers by what they did; `filter` is JSON. Who is in one is asked anew each time.
create table segments (
  id text primary key,
  name text not null constraint segments_name unique,
  filter text not null,
  created_at integer not null
) strict, without rowid;

-- Loyalty points, only added: the sum is the balance. `intent` says what for, once.
create table points (
  id integer primary key,
  contact_id text not null references contacts(id) on delete cascade,
  order_id text,
  kind text not null,
  points integer not null constraint points_some check (points <> 0),
  intent text not null constraint points_once unique,
  note text not null default '',
  -- When what was earned is worth nothing any more; null for what never expires, and for what was taken.
  expires_at integer,
  at integer not null
) strict;
create index points_contact on points(contact_id, id);
create index points_expiring on points(expires_at) where expires_at is not null;

create table campaigns (
  id text primary key,
  name text not null,
  segment_id text references segments(id) on delete set null,
  text text not null,
  -- What goes to those whose 24 hours are over: the name of an approved message; empty for none.
  template text not null default '',
  state text not null,
  actor text not null,
  created_at integer not null,
  started_at integer,
  ended_at integer
) strict, without rowid;

-- What the business wrote first: campaigns and nudges. A person gets each once.
create table outreach (
  intent text primary key,
  contact_id text not null references contacts(id) on delete cascade,
  campaign_id text references campaigns(id) on delete cascade,
  -- 'planned', 'sent', 'skipped'.
  state text not null,
  why text not null default '',
  conversation_id text references conversations(id) on delete set null,
  message_id text,
  at integer not null
) strict, without rowid;
create index outreach_contact on outreach(contact_id, at);
create index outreach_campaign on outreach(campaign_id, state);
-- ---- receipts ----

-- A proof of payment somebody sent: waiting, read, or unreadable, or other (a picture of something else). What was seen, read and
-- concluded stands as it was when it came.
create table receipts (
  id text primary key,
  order_id text references orders(id) on delete cascade,
  contact_id text not null references contacts(id) on delete cascade,
  message_id text constraint receipts_message unique,
  media text not null,
  name text not null default '',
  state text not null,
  reader text not null default '',
  seen text not null default '{}',
  fields text not null default '{}',
  verdict text not null default '{}',
  look text not null default '',
  problem text not null default '',
  created_at integer not null,
  read_at integer
) strict, without rowid;
create index receipts_order on receipts(order_id, id);
create index receipts_media on receipts(media);
create index receipts_contact on receipts(contact_id, created_at);

-- Numbers of transfers on receipts, so that one that was used is found among any number of orders.
create table receipt_marks (
  mark text not null,
  receipt_id text not null references receipts(id) on delete cascade,
  primary key (mark, receipt_id)
) strict, without rowid;
-- ---- people at the desk: who takes care of a thread, by when, what could be said; wordings to pick from ----

-- A thread that a person takes care of, or should. Its row goes when Steward answers again or the thread is closed.
create table cases (
  conversation_id text primary key references conversations(id) on delete cascade,
  -- Whose it is; null: nobody's yet.
  member_id text,
  member_name text not null default '',
  -- When a person should have answered; null: somebody did, or no clock runs.
  due_at integer,
  -- A draft for the person, never sent by itself, and the customer's newest message it was made for.
  suggestion text not null default '',
  suggested_for text not null default ''
) strict, without rowid;
create index cases_due on cases(due_at) where due_at is not null;
create index cases_member on cases(member_id) where member_id is not null;

create table canned_replies (
  id text primary key,
  name text not null constraint canned_replies_name unique,
  text text not null,
  updated_at integer not null
) strict, without rowid;
-- ---- what the bank says ----

-- Money that came, as a bank's statement has it. `fingerprint` is the same for the same line of the same bank, so a statement that
-- is read twice adds nothing. An order's row says how it was found; `state` is 'seen', 'proposed', 'open' or 'dismissed'.
create table statement_rows (
  id text primary key,
  fingerprint text not null constraint statement_rows_fingerprint unique,
  import_id text not null,
  line integer not null,
  booked_on text not null,
  amount_minor integer not null constraint statement_rows_amount check (amount_minor > 0),
  narration text not null,
  payer text not null default '',
  bank_reference text not null default '',
  order_id text references orders(id) on delete set null,
  state text not null,
  how text not null default '',
  note text not null default '',
  decided_by text not null default '',
  at integer not null
) strict, without rowid;
create index statement_rows_order on statement_rows(order_id) where order_id is not null;
create index statement_rows_state on statement_rows(state, id);

-- ---- e-mail ----

-- What a letter has beyond its message: its place among letters, and the file that holds all of it.
create table mails (
  message_id text primary key references messages(id) on delete cascade,
  mail_id text not null default '',
  subject text not null default '',
  -- Ids of earlier letters, oldest first, as JSON.
  earlier text not null default '[]',
  media text
) strict, without rowid;
create index mails_media on mails(media) where media is not null;

-- How far an inbox was read.
create table mailboxes (
  account text primary key,
  -- The server numbers its letters anew when this changes.
  uid_validity integer not null,
  uid integer not null,
  read_at integer not null,
  -- Why it cannot be read; empty when it can.
  problem text not null default ''
) strict, without rowid;

-- Letters to people of the business, each its own outbox row: queued, sending, sent, failed, unknown, or stopped.
create table letters (
  id text primary key,
  intent text not null constraint letters_intent unique,
  member_id text not null,
  approval_id text not null references approvals(id) on delete cascade,
  state text not null,
  attempts integer not null default 0,
  problem text not null default '',
  created_at integer not null,
  settled_at integer
) strict, without rowid;
create index letters_approval on letters(approval_id);

-- Nudges to devices of members, each its own outbox row: queued, sending, sent, failed, unknown, or stopped. What is said is made
-- from the row it is about when it leaves, so nothing of it is kept here.
create table pushes (
  id text primary key,
  intent text not null constraint pushes_intent unique,
  member_id text not null,
  device_id text not null,
  -- 'approval', 'person' or 'payment', and the question, conversation or order.
  about text not null,
  about_id text not null,
  state text not null,
  attempts integer not null default 0,
  problem text not null default '',
  created_at integer not null,
  settled_at integer
) strict, without rowid;
create index pushes_about on pushes(about_id);
