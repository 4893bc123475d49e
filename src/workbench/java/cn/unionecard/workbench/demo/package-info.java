/**
 * The demo city: a synthetic Jiaozuo with its unions, members, merchants, terminals and campaigns.
 *
 * <p>Takes a seed and a day, gives the same city every time, loads it into a database, and writes
 * down what a newcomer needs to call the gateway. Never invents data for a production database;
 * nobody in it exists.
 */
@NullMarked
package cn.unionecard.workbench.demo;

import org.jspecify.annotations.NullMarked;
