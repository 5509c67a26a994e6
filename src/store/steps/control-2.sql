-- Control file, from version 1 to 2: members are told on their devices that something waits.

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
