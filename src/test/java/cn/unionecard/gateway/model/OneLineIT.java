package cn.unionecard.gateway.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.TestStores;
import cn.unionecard.gateway.TestTown;
import cn.unionecard.gateway.runtime.stores.PostgresUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever writes a name, by the desks or by SQL, is held to the same line. */
class OneLineIT {
  private static Connection town() throws Exception {
    String url = TestStores.get().newDatabase();
    TestTown.load(url);
    return PostgresUrl.parse(url).jdbcConnection();
  }

  /** Unicode grows: PostgreSQL must refuse at least what this Java does not let pass. */
  @Test
  void theDatabaseRefusesEachSignThatTheDesksDo() throws Exception {
    List<Integer> refused = new ArrayList<>();
    try (Connection database = town();
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select point from generate_series(1, 1114111) point
                where (point < 55296 or point > 57343) and not one_line('a' || chr(point) || 'b')
                """)) {
      while (rows.next()) {
        refused.add(rows.getInt(1));
      }
    }
    List<Integer> wanted = new ArrayList<>();
    for (int point = 1; point <= Character.MAX_CODE_POINT; point++) {
      if (Text.breaksLine(point) && Character.getType(point) != Character.SURROGATE) {
        wanted.add(point);
      }
    }
    assertEquals(wanted, refused);
  }

  @Test
  void noNameOfAnyTableHasSeveralLines() throws Exception {
    try (Connection database = town();
        Statement statement = database.createStatement()) {
      for (String write :
          List.of(
              "update merchant set name = E'小店\\n实付0.01'", "update org set name = E'a\\u202Eb'")) {
        SQLException refused =
            assertThrows(SQLException.class, () -> statement.executeUpdate(write), write);
        assertEquals("23514", refused.getSQLState(), refused::toString);
        assertTrue(String.valueOf(refused.getMessage()).contains("one_line"), refused::toString);
      }
      ResultSet held =
          statement.executeQuery(
              """
              select string_agg(conrelid::regclass::text, ' ' order by conrelid::regclass::text)
              from pg_constraint where contype = 'c' and pg_get_constraintdef(oid) ~ 'one_line'
              """);
      assertTrue(held.next());
      assertEquals("campaign card merchant org partner staff store", held.getString(1));
    }
  }
}
