package cn.unionecard.gateway.runtime.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.runtime.CannotStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {
  @Test
  void readsAllParts() {
    assertEquals(
        new PostgresUrl("db.example", 5433, "ecard", "a:b", "p@ss/w+rd"),
        PostgresUrl.parse("postgresql://a%3Ab:p%40ss%2Fw+rd@db.example:5433/ecard"));
  }

  @Test
  void portHasADefault() {
    assertEquals(5432, PostgresUrl.parse("postgresql://u:p@h/d").port());
  }

  @Test
  void neverPrintsThePassword() {
    assertEquals(
        "postgresql://u:***@h:1/d", PostgresUrl.parse("postgresql://u:secret@h:1/d").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "postgresql:",
        "mysql://u:secret@h/d",
        "postgresql://h/d",
        "postgresql://u@h/d",
        "postgresql://u:secret@h",
        "postgresql://u:secret@h/",
        "postgresql://u:secret@h:x/d",
        "postgresql://u:secret@h/d?sslmode=disable",
        "postgresql://u:secret@h/d e"
      })
  void refusesWithoutRepeatingTheUrl(String url) {
    CannotStart refusal = assertThrows(CannotStart.class, () -> PostgresUrl.parse(url));
    assertFalse(refusal.getMessage().contains("secret"), refusal.getMessage());
  }
}
