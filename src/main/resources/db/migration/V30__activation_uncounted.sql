-- Wrong codes cost the right one nothing, so nothing reads how many there were.
alter table terminal_activation drop column tries;
