-- What a customer wishes for an order as a whole: when it is wanted, what to do at the gate.
alter table orders add column note text not null default '';
