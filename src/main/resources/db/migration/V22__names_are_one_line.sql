-- A name is one line of characters that can be seen, whoever wrote it: it is printed on slips and signed in receipts.
-- The same signs as in Java's model.Text: Cc, Cf, Zl and Zp of Unicode.

create function unseen_signs() returns text
language sql immutable parallel safe as $$
  select '[\u0001-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u08e2\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U00013438\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]'
$$;

create function one_line(words text) returns boolean
language sql immutable parallel safe as $$
  select words !~ unseen_signs()
$$;

-- Names that are not get blanks instead: a row that breaks its own constraint could not be suspended any more.
update org      set name = regexp_replace(name, unseen_signs(), ' ', 'g') where not one_line(name);
update staff    set name = regexp_replace(name, unseen_signs(), ' ', 'g') where not one_line(name);
update merchant set name = regexp_replace(name, unseen_signs(), ' ', 'g') where not one_line(name);
update campaign set name = regexp_replace(name, unseen_signs(), ' ', 'g') where not one_line(name);
update store set name = regexp_replace(name, unseen_signs(), ' ', 'g'), address = regexp_replace(address, unseen_signs(), ' ', 'g')
where not (one_line(name) and one_line(address));

alter table org      add constraint org_name_is_one_line      check (one_line(name)) not valid;
alter table staff    add constraint staff_name_is_one_line    check (one_line(name)) not valid;
alter table merchant add constraint merchant_name_is_one_line check (one_line(name)) not valid;
alter table store    add constraint store_is_one_line         check (one_line(name) and one_line(address)) not valid;
alter table campaign add constraint campaign_name_is_one_line check (one_line(name)) not valid;
alter table card     add constraint card_holder_is_one_line   check (one_line(holder_mask)) not valid;
