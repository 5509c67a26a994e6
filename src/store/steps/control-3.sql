-- Who is invited joins by the link alone; until then they are no member.
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

-- ==== data
-- A link of one business would open another where the same person waits for a first password: they are invited anew.
delete from links where kind = 'password' and business_id is not null and used_at is null and member_id in (
  select m.id from members m join memberships s on s.member_id = m.id where m.password_hash is null group by m.id having count(*) > 1);
