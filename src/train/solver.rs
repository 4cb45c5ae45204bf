//! The sparse solver: L2-penalised logistic regression, one head at a time, by L-BFGS.
//!
//! Minimises `Σ wᵢ · log(1 + exp(−yᵢ·mᵢ)) + λ/2 · ‖w‖²`, the intercept free of
//! penalty. The loss is convex, so the answer depends on the rows alone and not
//! on where the search began; two-loop recursion and backtracking as in Nocedal
//! and Wright (2006), 7.2 and 3.1.

use super::{TrainError, in_parallel, single};
use crate::model::WideTable;

/// Steps that the curvature is estimated from.
const MEMORY: usize = 8;
/// Steps at most; the loss moves in its fifth decimal after about forty.
const STEPS: usize = 120;
/// The search ends when the gradient is this much smaller than with all weights at 0.
const TOLERANCE: f64 = 1e-3;
/// Weights smaller than this are noise of the last step, and are written as 0.
const LEAST_WEIGHT: f64 = 1e-6;

/// Rows, columns and targets of one wide table.
///
/// Row `i` holds `columns[starts[i]..starts[i + 1]]` and the `values` beside them. `targets` has a
/// list for each head, of target and weight for each row; weight 0 leaves a row out.
#[derive(Debug)]
pub(crate) struct Problem<'a> {
    pub(crate) starts: &'a [usize],
    pub(crate) columns: &'a [u32],
    pub(crate) values: &'a [f32],
    pub(crate) targets: &'a [Vec<(bool, f32)>],
    /// Column to feature.
    pub(crate) features: &'a [u32],
    pub(crate) dimensions: usize,
    pub(crate) names: &'a [String],
}

/// Fits all heads of `problem`; each on one thread, so that sums keep their order.
pub(super) fn fit(problem: &Problem<'_>, penalty: f64) -> Result<WideTable, TrainError> {
    let heads: Vec<usize> = (0..problem.targets.len()).collect();
    let weights: Vec<Vec<f64>> =
        in_parallel(&heads, |head| fit_head(problem, *head, penalty, None))
            .into_iter()
            .collect::<Result<_, _>>()?;
    table(problem, &weights)
}

/// Fits head `number` alone, on this thread: a weight a column, and the intercept last.
///
/// The search begins at `start`, or with all weights at 0. A start near the answer, such as that
/// of the next larger penalty, saves steps and moves the answer by no more than the tolerance.
pub(crate) fn fit_head(
    problem: &Problem<'_>,
    number: usize,
    penalty: f64,
    start: Option<Vec<f64>>,
) -> Result<Vec<f64>, TrainError> {
    Head { problem, number, penalty }.fit(start)
}

fn table(problem: &Problem<'_>, weights: &[Vec<f64>]) -> Result<WideTable, TrainError> {
    let columns = problem.features.len();
    let stored = |weight: f64| if weight.abs() < LEAST_WEIGHT { 0.0 } else { single(weight) };
    let rows: Vec<(u32, Vec<f32>)> = problem
        .features
        .iter()
        .enumerate()
        .map(|(column, feature)| {
            (*feature, weights.iter().map(|head| stored(head[column])).collect())
        })
        .filter(|(_, row): &(u32, Vec<f32>)| row.iter().any(|weight| *weight != 0.0))
        .collect();
    let intercepts = weights.iter().map(|head| single(head[columns])).collect();
    Ok(WideTable::try_new(problem.dimensions, intercepts, &rows)?)
}

/// One head: a weight a column, and the intercept last.
struct Head<'a> {
    problem: &'a Problem<'a>,
    number: usize,
    penalty: f64,
}

impl Head<'_> {
    fn fit(&self, start: Option<Vec<f64>>) -> Result<Vec<f64>, TrainError> {
        let mut point = vec![0.0; self.problem.features.len() + 1];
        let (mut loss, mut gradient) = self.loss(&point);
        let target = TOLERANCE * norm(&gradient).max(1e-12);
        if let Some(start) = start {
            point = start;
            (loss, gradient) = self.loss(&point);
        }
        let mut history = History::default();
        for _ in 0..STEPS {
            if norm(&gradient) <= target {
                break;
            }
            let direction = history.direction(&gradient);
            let Some(next) = self.step(&point, loss, &gradient, &direction) else { break };
            history.push(difference(&next.point, &point), difference(&next.gradient, &gradient));
            Next { point, loss, gradient } = next;
        }
        if point.iter().any(|weight| !weight.is_finite()) {
            let head = self.problem.names[self.number].clone();
            return Err(TrainError::Solver { head, reason: "a weight is not finite".to_owned() });
        }
        Ok(point)
    }

    /// Halves the step until the loss falls enough (Armijo); `None` when it no longer can.
    fn step(&self, point: &[f64], loss: f64, gradient: &[f64], direction: &[f64]) -> Option<Next> {
        let slope = dot(gradient, direction);
        let mut length = 1.0;
        for _ in 0..30 {
            let point: Vec<f64> =
                point.iter().zip(direction).map(|(p, d)| p + length * d).collect();
            let (found, gradient) = self.loss(&point);
            if found <= loss + 1e-4 * length * slope {
                return Some(Next { point, loss: found, gradient });
            }
            length /= 2.0;
        }
        None
    }

    /// Loss and gradient at `weights`.
    fn loss(&self, weights: &[f64]) -> (f64, Vec<f64>) {
        let Problem { starts, columns, values, targets, .. } = self.problem;
        let intercept = weights.len() - 1;
        let mut loss = 0.0;
        let mut gradient = vec![0.0; weights.len()];
        for (row, (target, weight)) in targets[self.number].iter().enumerate() {
            if *weight == 0.0 {
                continue;
            }
            let range = starts[row]..starts[row + 1];
            let pairs = || columns[range.clone()].iter().zip(&values[range.clone()]);
            let margin = pairs().fold(weights[intercept], |sum, (column, value)| {
                sum + weights[*column as usize] * f64::from(*value)
            });
            let signed = if *target { margin } else { -margin };
            let weight = f64::from(*weight);
            loss += weight * softplus(-signed);
            let pull = weight / (1.0 + signed.exp());
            let pull = if *target { -pull } else { pull };
            for (column, value) in pairs() {
                gradient[*column as usize] += pull * f64::from(*value);
            }
            gradient[intercept] += pull;
        }
        for (weight, slope) in weights[..intercept].iter().zip(&mut gradient) {
            loss += self.penalty / 2.0 * weight * weight;
            *slope += self.penalty * weight;
        }
        (loss, gradient)
    }
}

struct Next {
    point: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
}

/// The last steps and how the gradient changed over them.
#[derive(Default)]
struct History(Vec<(Vec<f64>, Vec<f64>, f64)>);

impl History {
    fn push(&mut self, step: Vec<f64>, change: Vec<f64>) {
        let curvature = dot(&step, &change);
        // Without curvature the estimate would blow up; the step is still taken.
        if curvature > 1e-10 {
            if self.0.len() == MEMORY {
                self.0.remove(0);
            }
            self.0.push((step, change, curvature));
        }
    }

    /// Minus the estimated inverse Hessian times `gradient`.
    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        let mut direction: Vec<f64> = gradient.iter().map(|slope| -slope).collect();
        let mut shares = Vec::new();
        for (step, change, curvature) in self.0.iter().rev() {
            let share = dot(step, &direction) / curvature;
            add(&mut direction, change, -share);
            shares.push(share);
        }
        let scale = match self.0.last() {
            Some((_, change, curvature)) => curvature / dot(change, change),
            None => 1.0 / norm(gradient).max(1.0),
        };
        for value in &mut direction {
            *value *= scale;
        }
        for ((step, change, curvature), share) in self.0.iter().zip(shares.iter().rev()) {
            let back = dot(change, &direction) / curvature;
            add(&mut direction, step, share - back);
        }
        direction
    }
}

/// `log(1 + exp(x))` without overflow.
fn softplus(x: f64) -> f64 {
    if x > 30.0 { x } else { x.exp().ln_1p() }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn difference(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

fn add(to: &mut [f64], what: &[f64], times: f64) {
    to.iter_mut().zip(what).for_each(|(to, what)| *to += times * what);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two features: the first goes with the target, the second does not matter.
    fn solve(penalty: f64) -> (Vec<f64>, f64) {
        let targets = vec![vec![(true, 1.0), (true, 1.0), (false, 1.0), (false, 1.0)]];
        let problem = Problem {
            starts: &[0, 2, 3, 4, 4],
            columns: &[0, 1, 0, 1],
            values: &[1.0, 1.0, 1.0, 1.0],
            targets: &targets,
            features: &[7, 9],
            dimensions: 10,
            names: &["only".to_owned()],
        };
        let head = Head { problem: &problem, number: 0, penalty };
        let weights = head.fit(None).unwrap();
        let (_, gradient) = head.loss(&weights);
        (weights, norm(&gradient))
    }

    #[test]
    fn the_answer_is_a_minimum_and_points_the_right_way() {
        let (weights, slope) = solve(0.1);
        assert!(slope < 1e-2, "gradient {slope}");
        assert!(weights[0] > 1.0 && weights[1].abs() < weights[0], "{weights:?}");
    }

    #[test]
    fn a_larger_penalty_gives_smaller_weights() {
        assert!(solve(10.0).0[0] < solve(0.1).0[0]);
    }

    #[test]
    fn the_gradient_is_that_of_the_loss() {
        let targets = vec![vec![(true, 1.0), (false, 0.5)]];
        let problem = Problem {
            starts: &[0, 2, 3],
            columns: &[0, 1, 1],
            values: &[0.5, 2.0, 1.0],
            targets: &targets,
            features: &[0, 1],
            dimensions: 2,
            names: &["only".to_owned()],
        };
        let head = Head { problem: &problem, number: 0, penalty: 0.3 };
        let at = [0.2, -0.4, 0.1];
        let (_, gradient) = head.loss(&at);
        for (column, slope) in gradient.iter().enumerate() {
            let mut near = at;
            near[column] += 1e-6;
            let measured = (head.loss(&near).0 - head.loss(&at).0) / 1e-6;
            assert!((measured - slope).abs() < 1e-4, "column {column}: {measured} against {slope}");
        }
    }
}
