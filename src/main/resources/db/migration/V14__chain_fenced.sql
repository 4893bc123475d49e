-- A block moves its chain's head in the statement that adds its rows; this is what that statement says when the head was
-- not there to be moved.
create function chain_fenced(p_chain integer) returns integer language plpgsql as $$
begin
  raise exception 'chain % was taken over by another process', p_chain using errcode = 'EC001';
end $$;

drop function advance_chain(integer, bigint, bigint, bytea, bigint);
