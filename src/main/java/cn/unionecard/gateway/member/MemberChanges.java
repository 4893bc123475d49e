package cn.unionecard.gateway.member;

import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.privacy.BlindIndex;
import cn.unionecard.gateway.privacy.Column;
import cn.unionecard.gateway.privacy.MemberKey;
import cn.unionecard.gateway.privacy.MemberVault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a list says otherwise of people that are members already, or were: gathered, then written in
 * a few statements. Whoever comes to another union by it is moved, and keeps what he has; who was
 * entered before members had keys gets one.
 */
final class MemberChanges {
  private static final String WRITE =
      """
      update member m set org = w.org, category = w.category, name_cipher = w.name,
        identity_cipher = w.identity, identity_index = null,
        phone_cipher = coalesce(w.phone, m.phone_cipher), left_at = null
      from unnest($1::bigint[], $2::integer[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[])
        as w (id, org, category, name, identity, phone)
      where m.id = w.id
      """;

  private static final String KEYS =
      """
      insert into member_key (member, wrapped, identity_index, identity_index_2)
      select * from unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[])
      on conflict (member) do nothing
      """;

  private static final String MASKS =
      """
      update card c set holder_mask = w.mask
      from unnest($1::bigint[], $2::text[]) as w (member, mask)
      where c.member = w.member and c.holder_mask <> w.mask
      """;

  private static final String MOVES =
      """
      insert into member_move (member, from_org, to_org, at, staff, reason)
      select w.member, w.from_org, w.to_org, $4, $5, '名册变更 by a list'
      from unnest($1::bigint[], $2::integer[], $3::integer[]) as w (member, from_org, to_org)
      where w.from_org <> w.to_org
      """;

  private final DeskTransaction tx;
  private final List<Long> members = new ArrayList<>();
  private final List<Integer> from = new ArrayList<>();
  private final List<Integer> to = new ArrayList<>();
  private final List<String> categories = new ArrayList<>();
  private final List<String> masks = new ArrayList<>();
  private final List<Buffer> names = new ArrayList<>();
  private final List<Buffer> identities = new ArrayList<>();
  private final List<@Nullable Buffer> phones = new ArrayList<>();
  private final List<Long> keyless = new ArrayList<>();
  private final List<Buffer> wrapped = new ArrayList<>();
  private final List<@Nullable Buffer> first = new ArrayList<>();
  private final List<@Nullable Buffer> second = new ArrayList<>();

  MemberChanges(DeskTransaction tx) {
    this.tx = tx;
  }

  /**
   * Somebody who is there.
   *
   * @param index his
   * @param org where he is to be
   * @param row as he is, of {@code MemberEntry}
   */
  void add(MemberVault vault, Person person, BlindIndex index, int org, Row row) {
    long member = row.getLong("member");
    Buffer known = row.getBuffer("wrapped");
    MemberKey key = known == null ? vault.make(member) : vault.open(member, known.getBytes());
    if (known == null) {
      keyless.add(member);
      wrapped.add(Buffer.buffer(key.wrapped()));
      first.add(index.first());
      second.add(index.second());
    }
    members.add(member);
    from.add(row.getInteger("org_id"));
    to.add(org);
    categories.add(person.category().name());
    masks.add(person.mask());
    names.add(Buffer.buffer(key.encrypt(Column.NAME, person.name())));
    identities.add(Buffer.buffer(key.encrypt(Column.IDENTITY, person.identity())));
    String phone = person.phone();
    phones.add(phone == null ? null : Buffer.buffer(key.encrypt(Column.PHONE, phone)));
  }

  Future<Void> write() {
    if (members.isEmpty()) {
      return Future.succeededFuture();
    }
    Long[] ids = members.toArray(Long[]::new);
    return tx.ask(
            WRITE,
            ids,
            to.toArray(Integer[]::new),
            categories.toArray(String[]::new),
            names.toArray(Buffer[]::new),
            identities.toArray(Buffer[]::new),
            phones.toArray(Buffer[]::new))
        .compose(
            written ->
                tx.ask(
                    KEYS,
                    keyless.toArray(Long[]::new),
                    wrapped.toArray(Buffer[]::new),
                    first.toArray(Buffer[]::new),
                    second.toArray(Buffer[]::new)))
        .compose(written -> tx.ask(MASKS, ids, masks.toArray(String[]::new)))
        .compose(
            written ->
                tx.ask(
                    MOVES,
                    ids,
                    from.toArray(Integer[]::new),
                    to.toArray(Integer[]::new),
                    tx.at(),
                    tx.actor().id()))
        .mapEmpty();
  }
}
