package cn.unionecard.gateway.privacy;

import cn.unionecard.gateway.runtime.stores.StoreFailure;
import io.vertx.core.buffer.Buffer;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds people by the newer key of the vault, too, who are found by the former alone: reads each
 * number under its member's key, some hundreds at a time, and writes its index in the newer key's
 * place. What is left stands in the rows themselves, so whoever is interrupted goes on; a row that
 * somebody changes meanwhile keeps what he wrote; nobody who sells waits for it. Blocking; for
 * commands only.
 */
public final class IndexMove {
  static final int PAGE_ROWS = 500;

  private static final String PAGE =
      """
      select k.member, k.wrapped, m.identity_cipher, k.FORMER
      from member_key k join member m on m.id = k.member
      where k.FORMER is not null and k.NEWER is null and k.member > ?
      order by k.member limit ?""";

  private static final String PUT =
      "update member_key set NEWER = ? where member = ? and NEWER is null and FORMER = ?";

  private static final String MEMBERS =
      "select count(*) from member_key where FORMER is not null and NEWER is null";

  /** Of before: a node gives them keys, and finds them by both from then on. */
  private static final String BEFORE =
      "select count(*) from member where identity_index is not null and " + KeyMove.HOLDS_SOMETHING;

  /** Of lists that go on: whom a row names, whom the newer key does not know yet. */
  private static final String NAMED =
      """
      select count(*) from member_list_named n join member_list l on l.id = n.list
      where n.key_place = FORMER_PLACE and l.ended_at is null and not exists (
        select from member_list_named o
        where o.list = n.list and o.row = n.row and o.key_place = NEWER_PLACE)""";

  private static final String NAME =
      """
      insert into member_list_named (list, identity_index, row, key_place)
      select n.list, k.NEWER, n.row, NEWER_PLACE
      from member_list_named n join member_key k on k.FORMER = n.identity_index
      where n.key_place = FORMER_PLACE and k.NEWER is not null
      on conflict do nothing""";

  /** What the province said of somebody; that it said the same is seen when it says it again. */
  private static final String PROVINCE =
      """
      update province_row r set subject = p.subject, digest = null, key_place = NEWER_PLACE
      from (
        select r.id, case when r.kind = 'ORG' then r.subject else k.NEWER end as subject
        from province_row r left join member_key k on r.kind = 'MEMBER' and k.FORMER = r.subject
        where r.key_place = FORMER_PLACE and (r.kind = 'ORG' or k.NEWER is not null)
          and not exists (select from province_row o where r.kind = 'MEMBER' and o.kind = r.kind
            and o.subject = k.NEWER)
        limit ?) p
      where r.id = p.id""";

  private static final List<String> CLEAR =
      List.of(
          """
          update member_key set FORMER = null where member in (
            select member from member_key where FORMER is not null limit ?)""",
          """
          delete from member_list_named where ctid in (
            select ctid from member_list_named where key_place = FORMER_PLACE limit ?)""",
          """
          delete from province_row where id in (
            select id from province_row where key_place = FORMER_PLACE limit ?)""");

  /** Nobody reads these any more; whoever stands in a list again is entered anew. */
  private static final String CLEAR_BEFORE =
      """
      update member set identity_index = null where id in (
        select id from member where identity_index is not null limit ?)""";

  /** What was dropped of the province comes with the next reading from the start. */
  private static final String READ_ANEW = "update province_link set in_whole_at = null";

  /**
   * How far it is.
   *
   * @param done members that are found by the newer key from now on
   * @param left members that are still to be
   */
  public record Step(long done, long left) {}

  /** Who is told. */
  public interface Listener {
    void told(Step step);
  }

  /**
   * What the former key alone finds.
   *
   * @param members whose number could not be read, or is still to be
   * @param before members that a node has still to give a key
   * @param named rows of whole lists that have not ended
   */
  public record Left(long members, long before, long named) {
    public long all() {
      return members + before + named;
    }
  }

  private final Connection database;
  private final MemberVault vault;
  private final int former;

  /**
   * @param vault that takes both keys
   * @param former place of the one that is to end
   */
  public IndexMove(Connection database, MemberVault vault, int former) {
    this.database = database;
    this.vault = vault;
    this.former = former;
  }

  private static String column(int place) {
    return place == 1 ? "identity_index" : "identity_index_2";
  }

  private static String of(String sql, int former) {
    int newer = 3 - former;
    return sql.replace("FORMER_PLACE", Integer.toString(former))
        .replace("NEWER_PLACE", Integer.toString(newer))
        .replace("FORMER", column(former))
        .replace("NEWER", column(newer));
  }

  private String of(String sql) {
    return of(sql, former);
  }

  /**
   * Goes through all that is left.
   *
   * @return the members that stay as they are: no key opens them, or another has their number
   */
  public List<Long> run(Listener listener) throws SQLException {
    List<Long> stay = new ArrayList<>();
    long left = count(MEMBERS);
    long done = 0;
    List<Row> page = page(0);
    while (!page.isEmpty()) {
      done += put(page, stay);
      listener.told(new Step(done, Math.max(stay.size(), left - done)));
      page = page(page.get(page.size() - 1).member);
    }
    try (PreparedStatement name = database.prepareStatement(of(NAME))) {
      int unused = name.executeUpdate();
    }
    all(of(PROVINCE));
    return stay;
  }

  private record Row(long member, byte[] wrapped, byte[] identity, byte[] former) {}

  private List<Row> page(long behind) throws SQLException {
    try (PreparedStatement select = database.prepareStatement(of(PAGE))) {
      select.setLong(1, behind);
      select.setInt(2, PAGE_ROWS);
      List<Row> rows = new ArrayList<>();
      try (ResultSet found = select.executeQuery()) {
        while (found.next()) {
          byte[] identity = found.getBytes(3);
          rows.add(
              new Row(
                  found.getLong(1),
                  found.getBytes(2),
                  identity == null ? new byte[0] : identity,
                  found.getBytes(4)));
        }
      }
      return rows;
    }
  }

  /** A number that is there twice is the other's, and all of its page is written one by one. */
  private long put(List<Row> rows, List<Long> stay) throws SQLException {
    List<Row> read = new ArrayList<>();
    List<Buffer> indexes = new ArrayList<>();
    for (Row row : rows) {
      try {
        BlindIndex index =
            vault.indexes(
                vault.open(row.member, row.wrapped).decrypt(Column.IDENTITY, row.identity));
        indexes.add(former == 1 ? index.second() : index.first());
        read.add(row);
      } catch (IllegalArgumentException unreadable) {
        stay.add(row.member);
      }
    }
    try {
      return write(read, indexes);
    } catch (BatchUpdateException e) {
      if (!isTwice(e)) {
        throw e;
      }
    }
    long done = 0;
    for (int i = 0; i < read.size(); i++) {
      try {
        done += write(read.subList(i, i + 1), indexes.subList(i, i + 1));
      } catch (BatchUpdateException e) {
        if (!isTwice(e)) {
          throw e;
        }
        stay.add(read.get(i).member);
      }
    }
    return done;
  }

  private static boolean isTwice(SQLException e) {
    return StoreFailure.ofState(e.getSQLState()) == StoreFailure.CONFLICT;
  }

  private long write(List<Row> rows, List<Buffer> indexes) throws SQLException {
    if (rows.isEmpty()) {
      return 0;
    }
    try (PreparedStatement put = database.prepareStatement(of(PUT))) {
      for (int i = 0; i < rows.size(); i++) {
        put.setBytes(1, indexes.get(i).getBytes());
        put.setLong(2, rows.get(i).member);
        put.setBytes(3, rows.get(i).former);
        put.addBatch();
      }
      return Arrays.stream(put.executeBatch()).sum();
    }
  }

  /** What is found by the former key alone. */
  public Left left() throws SQLException {
    return new Left(count(MEMBERS), count(BEFORE), count(NAMED));
  }

  private long count(String sql) throws SQLException {
    try (PreparedStatement count = database.prepareStatement(of(sql));
        ResultSet row = count.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  /** Takes away all that the former key made; when no node takes that key any more. */
  public void clear() throws SQLException {
    all(CLEAR_BEFORE);
    clear(database, former);
    try (PreparedStatement anew = database.prepareStatement(READ_ANEW)) {
      int unused = anew.executeUpdate();
    }
  }

  /**
   * Makes a place free for the next key: what somebody may have written there at the last moment.
   */
  public static void clear(Connection database, int place) throws SQLException {
    for (String sql : CLEAR) {
      all(database, of(sql, place));
    }
  }

  private void all(String sql) throws SQLException {
    all(database, sql);
  }

  private static void all(Connection database, String sql) throws SQLException {
    try (PreparedStatement some = database.prepareStatement(sql)) {
      some.setInt(1, PAGE_ROWS);
      int rows = PAGE_ROWS;
      while (rows > 0) {
        rows = some.executeUpdate();
      }
    }
  }
}
