-- A business's file, from version 1 to 2: nudges to devices of members.

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
