package cn.unionecard.gateway.desk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cn.unionecard.gateway.model.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every text of a body is read in one way, alone or in a list. */
class FieldsTest {
  private static String fieldAtFault(Object value, Function<Fields, @Nullable Object> reading) {
    Fields fields = Fields.of(Map.of("m", value), "m");
    return assertThrows(Fault.Malformed.class, () -> reading.apply(fields)).field;
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u0000b", "店\ud800", "\udc00", "a\u0007", ""})
  void noReaderTakesWhatCannotBeStored(String text) {
    Pattern any = Pattern.compile("(?s).*");
    assertEquals("m", fieldAtFault(text, fields -> fields.text("m", 60)));
    assertEquals("m", fieldAtFault(text, fields -> fields.words("m", 60)));
    assertEquals("m", fieldAtFault(text, fields -> fields.matching("m", any)));
    assertEquals("m[1]", fieldAtFault(List.of("a", text), fields -> fields.texts("m", 5)));
    assertEquals("m", fieldAtFault(text, fields -> fields.optionalTime("m")));
  }

  @Test
  void aListSaysWhichElementIsWrong() {
    assertEquals("m[2]", fieldAtFault(List.of("a", "b", 3), fields -> fields.texts("m", 5)));
    assertEquals("m", fieldAtFault(List.of("a", "b"), fields -> fields.texts("m", 1)));
    assertEquals("m", fieldAtFault(List.of(), fields -> fields.texts("m", 1)));
  }

  /** A desk that took a text out of the body itself would take it unread. */
  @Test
  void noDeskReadsTextsByItself() throws IOException {
    Set<String> past = new TreeSet<>();
    Path sources = Path.of("src/main/java/cn/unionecard/gateway");
    for (String room :
        List.of("union", "merchant", "review", "supervision", "complaint", "report", "delivery")) {
      try (Stream<Path> files = Files.walk(sources.resolve(room))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          Pattern reads = Pattern.compile("\\.body\\(\\)\\.get");
          if (reads.matcher(Files.readString(file)).find()) {
            past.add(file.toString());
          }
        }
      }
    }
    assertEquals(Set.of(), past);
    assertTrue(Files.exists(sources));
  }
}
