package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.desk.DeskReply;
import cn.unionecard.gateway.desk.DeskTransaction;
import cn.unionecard.gateway.model.DeskRefusal;
import cn.unionecard.gateway.model.Fault;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import org.jspecify.annotations.Nullable;

/** Writes what is right of a member, under the key he has. */
final class Correction {
  private static final String LOCK =
      "select "
          + Holder.COLUMNS
          + """
          , k.identity_index, k.identity_index_2 from member m join member_key k on k.member = m.id
          where m.id = $1 for update of m
          """;

  private static final String TAKEN = "select from member_found($1) as f (id) where f.id <> $2";

  private static final String WRITE =
      """
      update member set name_cipher = coalesce($2, name_cipher),
        identity_cipher = coalesce($3, identity_cipher), phone_cipher = coalesce($4, phone_cipher)
      where id = $1
      """;

  private static final String INDEX =
      """
      update member_key set identity_index = $2, identity_index_2 = $3 where member = $1
      """;

  private static final String MASK = "update card set holder_mask = $2 where member = $1";

  private final MemberVault vault;

  Correction(MemberVault vault) {
    this.vault = vault;
  }

  /**
   * Corrects what is given; null: done, else why not.
   *
   * @return fails with Busy while he has no key yet
   */
  Future<@Nullable DeskReply> make(DeskTransaction tx, long member, RequestBook.Wish wish) {
    return tx.first(LOCK, member)
        .compose(
            row -> {
              if (row == null) {
                throw new Fault.Busy("the member is just being given a key; ask again");
              }
              return taken(tx, row, wish)
                  .compose(
                      taken ->
                          taken
                              ? Future.succeededFuture(
                                  DeskReply.refused(DeskRefusal.ALREADY_TAKEN, "identity"))
                              : write(tx, row, wish));
            });
  }

  /** Whether that number is somebody else's. */
  private Future<Boolean> taken(DeskTransaction tx, Row row, RequestBook.Wish wish) {
    String identity = wish.identity();
    if (identity == null) {
      return Future.succeededFuture(false);
    }
    return tx.ask(TAKEN, vault.indexes(identity).array(), row.getLong("member"))
        .map(rows -> rows.size() > 0);
  }

  private Future<@Nullable DeskReply> write(DeskTransaction tx, Row row, RequestBook.Wish wish) {
    long member = row.getLong("member");
    MemberKey key = vault.open(member, row.getBuffer("wrapped").getBytes());
    String name = wish.name();
    String identity = wish.identity();
    return tx.ask(
            WRITE,
            member,
            sealed(key, Column.NAME, name),
            sealed(key, Column.IDENTITY, identity),
            sealed(key, Column.PHONE, wish.phone()))
        .compose(
            written ->
                identity == null
                    ? Future.<Void>succeededFuture()
                    : index(tx, member, vault.indexes(identity)))
        .compose(
            written ->
                name == null ? Future.succeededFuture() : tx.ask(MASK, member, Holder.mask(name)))
        .map(written -> null);
  }

  private static Future<Void> index(DeskTransaction tx, long member, BlindIndex index) {
    return tx.ask(INDEX, member, index.first(), index.second()).mapEmpty();
  }

  private static @Nullable Buffer sealed(MemberKey key, Column column, @Nullable String plain) {
    return plain == null ? null : Buffer.buffer(key.encrypt(column, plain));
  }
}
