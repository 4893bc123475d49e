package cn.unionecard.gateway.complaint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cn.unionecard.gateway.model.Caller.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The console offers the steps that staff can take, and no others. */
class ComplaintStepPageTest {
  private static final Pattern OFFERED =
      Pattern.compile("^  (\\w+): \\['(\\w+)', \\[([^\\]]+)\\]\\],$", Pattern.MULTILINE);

  @Test
  void theStepsOfTheConsoleAreThoseOfStaff() throws IOException {
    Map<String, String> offered = new TreeMap<>();
    OFFERED
        .matcher(text())
        .results()
        .forEach(
            found ->
                offered.put(
                    found.group(1),
                    found.group(2)
                        + new TreeSet<>(
                            Arrays.asList(found.group(3).replace("'", "").split(", ")))));
    Map<String, String> there = new TreeMap<>();
    for (ComplaintStep step : ComplaintStep.values()) {
      if (step.role == Role.CLERK || step.role == Role.SUPERVISOR) {
        there.put(step.name(), step.role + from(step).toString());
      }
    }
    assertEquals(there, offered);
  }

  /** What nobody has answered yet is closed by the clock alone. */
  private static Set<String> from(ComplaintStep step) {
    return step.from.stream()
        .filter(state -> step != ComplaintStep.CLOSE || state != ComplaintState.ANSWERED)
        .map(ComplaintState::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String text() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ComplaintStepPageTest.class.getResourceAsStream("/pages/union/complaints.js"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
