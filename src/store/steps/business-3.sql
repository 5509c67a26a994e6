-- A business's file, from version 2 to 3: the index of messages that are not settled costs less when one is written.
drop index messages_unsettled;
-- Spelt out: for a list of three SQLite would make a table of its own whenever a message is written.
create index messages_unsettled on messages(delivery, id) where delivery = 'sending' or delivery = 'unknown' or delivery = 'failed';
