package cn.unionecard.gateway.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cn.unionecard.gateway.model.Fault;
import cn.unionecard.gateway.progress.Criteria.Measure;
import cn.unionecard.gateway.progress.Criteria.Relation;
import cn.unionecard.gateway.progress.Milestones.Milestone;
import cn.unionecard.gateway.progress.UnionsPage.Line;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which unions a notice names; and how somebody is shown who is responsible. */
class CriteriaTest {
  private static final Milestone HALF = new Milestone(LocalDate.of(2023, 8, 31), 500);

  private static Line line(String code, @Nullable Long task, long activated, long used) {
    Standing standing = new Standing();
    standing.put(Stage.ACTIVATED, activated);
    standing.put(Stage.USED, used);
    return new Line(code, code, "PRIMARY", null, task, standing);
  }

  /** Permille 1000, 500, 500, 0, none; behind 0, 0, 0, 50, none; used 500, 0, 1000, none, 100. */
  private static final List<Line> LINES =
      List.of(
          line("a", 100L, 100, 50),
          line("b", 100L, 50, 0),
          line("c", 10L, 5, 5),
          line("d", 100L, 0, 0),
          line("e", null, 1_000, 100));

  @ParameterizedTest
  @CsvSource({
    "DONE_PERMILLE, AT_LEAST, 500, a b c",
    "DONE_PERMILLE, AT_LEAST, 501, a",
    "DONE_PERMILLE, AT_LEAST, 1001, ''",
    "DONE_PERMILLE, BELOW, 500, d",
    "DONE_PERMILLE, HIGHEST, 1, a",
    "DONE_PERMILLE, HIGHEST, 2, a b c",
    "DONE_PERMILLE, HIGHEST, 9, a b c d",
    "DONE_PERMILLE, LOWEST, 1, d",
    "DONE_PERMILLE, LOWEST, 2, b c d",
    "ACTIVATED, HIGHEST, 1, e",
    "ACTIVATED, BELOW, 6, c d",
    "BEHIND, AT_LEAST, 1, d",
    "BEHIND, LOWEST, 1, a b c",
    "USED_PERMILLE, AT_LEAST, 500, c a",
    "USED_PERMILLE, BELOW, 1, b",
  })
  void criteriaNameWhoseFigureIsThere(
      Measure measure, Relation relation, long value, String named) {
    Criteria criteria = new Criteria(true, measure, relation, value);
    assertEquals(named, named(criteria, LINES, HALF));
  }

  private static String named(Criteria criteria, List<Line> lines, @Nullable Milestone milestone) {
    return criteria.named(lines, milestone).stream()
        .map(each -> each.line().code())
        .collect(Collectors.joining(" "));
  }

  @Test
  void ofNobodyNobodyIsNamed() {
    for (Relation relation : Relation.values()) {
      assertEquals("", named(new Criteria(true, Measure.ACTIVATED, relation, 1), List.of(), HALF));
    }
    Criteria behind = new Criteria(true, Measure.BEHIND, Relation.AT_LEAST, 1);
    assertEquals("", named(behind, LINES, null), "no milestone is over");
  }

  @ParameterizedTest
  @CsvSource({
    "王小明, 13800000005, 王**, 138****0005",
    "王, +86 391-0000000, 王*, 863*****0000",
    "欧阳某某, 0391-0000000, 欧***, 039****0000",
    "王明, 2900000, 王*, ***0000",
  })
  void whoIsResponsibleIsMasked(String name, String phone, String nameMask, String phoneMask) {
    Contact contact = Contact.of(name, phone);
    assertEquals(nameMask, contact.nameMask());
    assertEquals(phoneMask, contact.phoneMask());
    assertFalse(contact.toString().contains(phone));
  }

  @ParameterizedTest
  @CsvSource({"=cmd, 13800000005", "王, 12345", "王, call me", "' ', 13800000005"})
  void whatIsNoNameOrNumberIsRefusedInWordsThatDoNotRepeatIt(String name, String phone) {
    Fault.Malformed refused = assertThrows(Fault.Malformed.class, () -> Contact.of(name, phone));
    assertFalse(String.valueOf(refused.getMessage()).contains(phone));
  }
}
